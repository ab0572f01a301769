using System.Text.Json;
using SeqCluster.Contracts.Access;
using SeqCluster.Transfers;

namespace SeqCluster.Client.Sdk;

/// <summary>Brings a checkpoint's folder to a silo of another machine, so that a job can begin with it.</summary>
/// <param name="access">Where the silo is, by which client token, and by what its certificate is trusted.</param>
/// <param name="time">Paces repetition.</param>
/// <param name="say">Told of each repetition in a line.</param>
public sealed class CheckpointUpload(SiloAccess access, TimeProvider time, Action<string> say)
{
    private const string ManifestFile = "manifest.json";

    /// <summary>Sends what the silo lacks of it.</summary>
    /// <param name="folder">On this machine.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    /// <param name="cancellation">Leaves at the silo what has arrived; the next upload goes on from there.</param>
    /// <returns>What a submission names it by: its manifest's seal.</returns>
    /// <exception cref="InvalidDataException">The folder holds no whole manifest.</exception>
    /// <exception cref="TransferException">The silo is away for too long, or refuses.</exception>
    public async Task<string> SendAsync(string folder, IProgress<double>? progress, CancellationToken cancellation)
    {
        var (seal, names) = Read(folder);
        List<FileContent> files = [.. names.Append(ManifestFile).Select(name => FileContent.Of(Path.Combine(folder, name)))];
        var (sent, total) = (0L, Math.Max(1, files.Sum(static file => file.Bytes)));
        using var http = access.CreateHttpClient();
        var upload = new FileUpload(http, time, say);
        foreach (var file in files)
        {
            await upload.SendAsync(
                $"v1/checkpoints/{seal}/{file.Name}?sha256={file.Sha256}", Path.Combine(folder, file.Name), file, bytes => progress?.Report((double)(sent += bytes) / total), cancellation);
        }

        return seal;
    }

    private static (string Seal, IReadOnlyList<string> Files) Read(string folder)
    {
        var path = Path.Combine(folder, ManifestFile);
        if (!File.Exists(path) || File.ReadAllBytes(path) is var bytes && !SealedManifest.IsWhole(bytes))
        {
            throw new InvalidDataException($"{path}: missing, or not as it was written: a checkpoint is a folder with its manifest");
        }

        using var manifest = JsonDocument.Parse(bytes);
        return (
            manifest.RootElement.GetProperty(SealedManifest.Member).GetString()!,
            [.. manifest.RootElement.GetProperty("files").EnumerateObject().Select(static file => file.Name)]);
    }
}
