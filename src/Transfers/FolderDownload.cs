using System.Text.Json;

namespace SeqCluster.Transfers;

/// <summary>Brings a folder of files that a silo lists with their hashes. Whoever finds the folder finds it whole.</summary>
/// <param name="http">Knows the silo and the token.</param>
/// <param name="time">Paces repetition.</param>
/// <param name="say">Told of each repetition in a line.</param>
public sealed class FolderDownload(HttpClient http, TimeProvider time, Action<string> say)
{
    private const int ListBytes = 64 << 10;
    private readonly FileDownload download = new(http, time, say);

    /// <summary>Brings it, unless it is there.</summary>
    /// <param name="path">Of the list; a file's is its name below that.</param>
    /// <param name="folder">Where it goes; what is beside it with <c>.part</c> is an interrupted transfer.</param>
    /// <param name="progress">Told bytes done and all bytes.</param>
    /// <param name="cancellation">Leaves what has arrived, to go on from there.</param>
    /// <exception cref="TransferException">The silo has none, is away for too long, or its copy is damaged; or there is no room here.</exception>
    public async Task FetchAsync(string path, string folder, Action<long, long>? progress, CancellationToken cancellation)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var files = Read(path, await download.ReadAsync(path, ListBytes, cancellation));
        var (done, total) = (0L, files.Sum(static file => file.Bytes));
        try
        {
            var staging = Directory.CreateDirectory(folder + ".part").FullName;
            foreach (var file in files)
            {
                var target = Path.Combine(staging, file.Name);
                if (!file.IsAt(target, out _))
                {
                    await download.FetchAsync($"{path}/{file.Name}", target, file, bytes => progress?.Invoke(done += bytes, total), cancellation);
                }
            }

            Directory.Move(staging, folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TransferException(TransferFault.NoRoom, $"{folder}: cannot be written: {fault.Message}", fault);
        }
    }

    private static FileContent[] Read(string path, byte[] list)
    {
        try
        {
            var files = JsonSerializer.Deserialize<FileContent[]>(list, JsonSerializerOptions.Web) ?? [];
            return files.Length > 0 && files.All(static file => file is { Bytes: >= 0 } && FileContent.IsPlainName(file.Name) && FileContent.IsSha256(file.Sha256))
                ? files
                : throw new TransferException(TransferFault.Refused, $"{path}: lists no files, or none that can be taken");
        }
        catch (JsonException fault)
        {
            throw new TransferException(TransferFault.Refused, $"{path}: the answer is not a silo's: {fault.Message}", fault);
        }
    }
}
