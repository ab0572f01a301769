using System.Text.Json;
using SeqCluster.Client.Datasets;
using SeqCluster.Client.Installation;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Transfers;

namespace SeqCluster.Client.Checkpoints;

/// <summary>A job's last checkpoint on this machine: where the silo keeps it, when that is here, else a copy in the home folder.</summary>
internal sealed class CheckpointCopy(SiloAccess access, ClientEnvironment environment)
{
    /// <summary>The checkpoint's folder.</summary>
    /// <exception cref="TransferException">It cannot be brought here.</exception>
    public async Task<string> FindAsync(string jobId, JobResult result, CancellationToken cancellation)
    {
        if (Holds(result.Checkpoint, result))
        {
            return result.Checkpoint;
        }

        var folder = Path.Combine(HomeFolder.Of(environment).Checkpoints, Path.GetFileName(jobId), $"step-{result.Steps:D9}");
        if (Holds(folder, result))
        {
            return folder;
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        using var http = access.CreateHttpClient();
        using var bar = new ProgressBar("fetching the checkpoint", environment);
        await new FolderDownload(http, environment.Time, environment.Error.WriteLine).FetchAsync(
            $"v1/jobs/{Uri.EscapeDataString(jobId)}/checkpoints/{result.Steps}", folder, (done, total) => bar.Report((double)done / Math.Max(1, total)), cancellation);
        return folder;
    }

    // The same path may hold another thing on another machine.
    private static bool Holds(string folder, JobResult result)
    {
        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "manifest.json")));
            return manifest.RootElement.TryGetProperty("weightsSha256", out var weights) && weights.GetString() == result.WeightsSha256;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }
}
