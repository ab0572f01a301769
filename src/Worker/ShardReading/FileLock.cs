namespace SeqCluster.Worker.ShardReading;

/// <summary>A lock between the processes of one machine. It is the kernel's, on a file that stays: it goes with the process, however that ends.</summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <summary>Takes it at once, or not: alone, or together with others who share it.</summary>
    public static FileLock? TryTake(string path, bool alone)
    {
        try
        {
            return new FileLock(alone
                ? new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
                : new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read));
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Takes it as soon as others have given it back.</summary>
    /// <param name="path">The file.</param>
    /// <param name="alone">Or shared.</param>
    /// <param name="waiting">Called once, when somebody has it.</param>
    /// <param name="time">Paces the looks.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<FileLock> TakeAsync(string path, bool alone, Action waiting, TimeProvider time, CancellationToken cancellation)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            if (TryTake(path, alone) is { } taken)
            {
                return taken;
            }

            if (isFirst)
            {
                waiting();
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }

    public void Dispose() => file.Dispose();
}
