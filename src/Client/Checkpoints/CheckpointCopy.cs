using System.Text.Json;
using SeqCluster.Client.Datasets;
using SeqCluster.Client.Installation;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Transfers;

namespace SeqCluster.Client.Checkpoints;

/// <summary>A job's checkpoint on this machine: where the silo keeps it, when that is here, else a copy in the home folder.</summary>
internal sealed class CheckpointCopy(SiloAccess access, ClientEnvironment environment)
{
    /// <summary>The checkpoint's folder.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="checkpoint">Which.</param>
    /// <param name="result">The job's, which says where the silo keeps its checkpoints; null when it has none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TransferException">It cannot be brought here.</exception>
    public async Task<string> FindAsync(string jobId, JobCheckpoint checkpoint, JobResult? result, CancellationToken cancellation)
    {
        var folder = Path.Combine(HomeFolder.Of(environment).Checkpoints, jobId, $"step-{checkpoint.Step:D9}");
        string[] places = result is null ? [folder] : [PlaceBeside(result, checkpoint), folder];
        if (places.FirstOrDefault(place => Holds(place, checkpoint)) is { } held)
        {
            return held;
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        using var http = access.CreateHttpClient();
        using var bar = new ProgressBar("fetching the checkpoint", environment);
        await new FolderDownload(http, environment.Time, environment.Error.WriteLine).FetchAsync(
            $"v1/jobs/{jobId}/checkpoints/{checkpoint.Step}", folder, (done, total) => bar.Report((double)done / Math.Max(1, total)), cancellation);
        return folder;
    }

    // Over the result's folder are its attempt's, its job's, and that of all checkpoints.
    private static string PlaceBeside(JobResult result, JobCheckpoint checkpoint) => checkpoint.Step == result.Steps
        ? result.Checkpoint
        : Path.GetFullPath(Path.Combine(result.Checkpoint, "..", "..", "..", checkpoint.Reference));

    // The same path may hold another thing on another machine.
    private static bool Holds(string folder, JobCheckpoint checkpoint)
    {
        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "manifest.json")));
            return manifest.RootElement.TryGetProperty("weightsSha256", out var weights) && weights.GetString() == checkpoint.WeightsSha256;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return false;
        }
    }
}
