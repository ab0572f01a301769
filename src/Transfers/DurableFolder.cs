using System.Runtime.InteropServices;

namespace SeqCluster.Transfers;

/// <summary>Gives a folder its final name so that whoever finds it, also after the power has failed, finds it whole. Its files must be on the disk already.</summary>
public static partial class DurableFolder
{
    private const int ReadOnlyDirectory = 0x10000;

    /// <summary>Moves a folder to its name, over one that is there.</summary>
    /// <param name="staged">The folder, on the same file system.</param>
    /// <param name="final">Its name.</param>
    /// <exception cref="IOException">It cannot be done; at <paramref name="final"/> is what was there.</exception>
    public static void Publish(string staged, string final)
    {
        Flush(staged);
        string? replaced = null;
        if (Directory.Exists(final))
        {
            replaced = staged + ".replaced";
            Directory.Move(final, replaced);
        }

        try
        {
            Directory.Move(staged, final);
        }
        catch (IOException) when (replaced is not null)
        {
            Directory.Move(replaced, final);
            throw;
        }

        Flush(Path.GetDirectoryName(final)!);
        if (replaced is not null)
        {
            Directory.Delete(replaced, recursive: true);
        }
    }

    // The entries of a folder are a file of their own. A file system that cannot flush them has nothing to lose, so a refusal is none.
    private static void Flush(string folder)
    {
        var descriptor = open(folder, ReadOnlyDirectory);
        if (descriptor >= 0)
        {
            _ = fsync(descriptor);
            _ = close(descriptor);
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
