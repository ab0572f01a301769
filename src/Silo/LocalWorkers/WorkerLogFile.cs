using System.Globalization;
using System.Text;

namespace SeqCluster.Silo.LocalWorkers;

/// <summary>
/// What a worker process printed, with times; the file before the present one is kept. A line that its disk does not take is left out,
/// and the next one that it takes says so: a worker must not stand still because nobody keeps its words. Safe for concurrent callers.
/// </summary>
internal sealed class WorkerLogFile : IDisposable
{
    private const long SizeBoundBytes = 8 << 20;
    private readonly Lock gate = new();
    private readonly string path;
    private readonly TimeProvider time;
    private FileStream? file;
    private int leftOut;

    public WorkerLogFile(string path, TimeProvider time)
    {
        this.path = path;
        this.time = time;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        file = Open();
    }

    /// <summary>Adds a line; it is in the file when the call returns, if that can be.</summary>
    public void Write(string line)
    {
        lock (gate)
        {
            try
            {
                if (file?.Position > SizeBoundBytes)
                {
                    Close();
                    File.Move(path, path + ".1", overwrite: true);
                }

                file ??= Open();
                var before = leftOut == 0 ? "" : TextOf(string.Create(CultureInfo.InvariantCulture, $"silo: {leftOut} lines before this one are left out: they could not be written"));
                file.Write(Encoding.UTF8.GetBytes(before + TextOf(line)));
                leftOut = 0;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                leftOut++;
                Close();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            Close();
        }
    }

    private string TextOf(string line) => string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {line}{Environment.NewLine}");

    private void Close()
    {
        file?.Dispose();
        file = null;
    }

    // Unbuffered: nothing is left to be written when it is closed.
    private FileStream Open() => new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
