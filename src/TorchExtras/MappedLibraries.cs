using System.Runtime.InteropServices;

namespace SeqCluster.TorchExtras;

/// <summary>The shared libraries of this process, from its own memory map, and what they export. Loads none.</summary>
internal static class MappedLibraries
{
    private const string Map = "/proc/self/maps";

    /// <summary>The files that are mapped, each once; elsewhere than on Linux, none.</summary>
    public static IReadOnlyList<string> Paths() => File.Exists(Map) ? PathsIn(File.ReadLines(Map)) : [];

    /// <summary>The same from the lines of a memory map.</summary>
    public static IReadOnlyList<string> PathsIn(IEnumerable<string> mapLines) => [.. mapLines.Select(PathOf).OfType<string>().Distinct()];

    /// <summary>A function of a library that is mapped already.</summary>
    /// <param name="file">What the file's name begins with.</param>
    /// <param name="function">As the library exports it.</param>
    /// <returns>Its address; 0 when there is none.</returns>
    public static nint Export(string file, string function)
    {
        foreach (var path in Paths().Where(path => Path.GetFileName(path).StartsWith(file, StringComparison.Ordinal)))
            if (NativeLibrary.TryLoad(path, out var handle) && NativeLibrary.TryGetExport(handle, function, out var address))
                return address;
        return 0;
    }

    // "address perms offset dev inode   path"
    private static string? PathOf(string line)
    {
        var start = line.IndexOf('/', StringComparison.Ordinal);
        return start < 0 ? null : line[start..];
    }
}
