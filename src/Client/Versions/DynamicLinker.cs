using System.Diagnostics;

namespace SeqCluster.Client.Versions;

/// <summary>
/// Says which file the dynamic linker would take for a library name: the folders of LD_LIBRARY_PATH first, then its cache.
/// Nothing is loaded.
/// </summary>
/// <param name="searchPath">Folders that go before the cache, in order.</param>
/// <param name="cache">From library name to file.</param>
public sealed class DynamicLinker(IReadOnlyList<string> searchPath, IReadOnlyDictionary<string, string> cache)
{
    private static readonly string[] CachePrograms = ["/sbin/ldconfig", "/usr/sbin/ldconfig"];

    /// <summary>The linker of this machine; knows no library on a system without <c>ldconfig</c>.</summary>
    public static DynamicLinker OfThisMachine()
    {
        var folders = Environment.GetEnvironmentVariable("LD_LIBRARY_PATH") ?? string.Empty;
        var program = CachePrograms.FirstOrDefault(File.Exists);
        return new DynamicLinker(
            folders.Split(':', StringSplitOptions.RemoveEmptyEntries),
            program is null ? new Dictionary<string, string>() : ParseCache(ReadOutput(program)));
    }

    /// <summary>The file behind a library name, links followed, or null when the linker would not find one.</summary>
    public string? Resolve(string library)
    {
        var file = searchPath.Select(folder => Path.Combine(folder, library)).FirstOrDefault(File.Exists)
            ?? cache.GetValueOrDefault(library);
        if (file is null || !File.Exists(file))
        {
            return null;
        }

        // Alternatives are links to links.
        return File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
    }

    /// <summary>Reads what <c>ldconfig -p</c> prints: lines of the form <c>libx.so.1 (libc6,x86-64) =&gt; /lib/libx.so.1</c>.</summary>
    public static IReadOnlyDictionary<string, string> ParseCache(string listing)
    {
        var files = new Dictionary<string, string>();
        foreach (var line in listing.Split('\n'))
        {
            var arrow = line.IndexOf(" => ", StringComparison.Ordinal);
            var name = line.TrimStart().Split(' ', 2)[0];
            if (arrow >= 0)
            {
                // The linker takes the first of several entries.
                files.TryAdd(name, line[(arrow + 4)..].Trim());
            }
        }

        return files;
    }

    private static string ReadOutput(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, "-p") { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} did not start");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
