namespace SeqCluster.Silo.Hosting;

/// <summary>One silo for one store folder. The lock is the kernel's: it goes with the process, however that ends.</summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream file;

    private StoreLock(FileStream file) => this.file = file;

    /// <summary>Takes the folder.</summary>
    /// <exception cref="SiloStartException">Another silo has it, or it cannot be written.</exception>
    public static StoreLock Take(string folder)
    {
        try
        {
            CreateForOwner(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SiloStartException($"--store {folder}: cannot be made: {fault.Message}", fault);
        }

        try
        {
            // FileShare.None is an advisory lock of the whole file.
            return new StoreLock(new FileStream(Path.Combine(folder, "silo.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new SiloStartException($"--store {folder}: cannot be written: {fault.Message}", fault);
        }
        catch (IOException fault)
        {
            var other = SiloFile.Read(folder) is { } silo ? $" (process {silo.Pid}, {silo.Url})" : "";
            throw new SiloStartException($"--store {folder}: another silo uses it{other}: stop that one, or give another --store folder", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    // Among what is kept are the secrets by which workers know each other.
    private static void CreateForOwner(string folder)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
