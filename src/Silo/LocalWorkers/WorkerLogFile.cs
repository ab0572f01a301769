using System.Globalization;
using System.Text;

namespace SeqCluster.Silo.LocalWorkers;

/// <summary>What a worker process printed, with times; the file before the present one is kept. Safe for concurrent callers.</summary>
internal sealed class WorkerLogFile : IDisposable
{
    private const long SizeBoundBytes = 8 << 20;
    private readonly Lock gate = new();
    private readonly string path;
    private readonly TimeProvider time;
    private StreamWriter writer;

    public WorkerLogFile(string path, TimeProvider time)
    {
        this.path = path;
        this.time = time;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        writer = Open();
    }

    /// <summary>Adds a line; it is in the file when the call returns.</summary>
    public void Write(string line)
    {
        lock (gate)
        {
            if (writer.BaseStream.Position > SizeBoundBytes)
            {
                writer.Dispose();
                File.Move(path, path + ".1", overwrite: true);
                writer = Open();
            }

            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {line}"));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            writer.Dispose();
        }
    }

    private StreamWriter Open() => new(
        new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete), new UTF8Encoding(false)) { AutoFlush = true };
}
