using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Workers;
using SeqCluster.Transfers;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.ShardReading;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker;

/// <summary>What this worker keeps on its disk for its runs, and by which silo it gets there and away: datasets and checkpoints.</summary>
/// <param name="cacheFolder">For all workers of this machine; made when it is needed.</param>
/// <param name="cacheBytes">The most for datasets.</param>
/// <param name="silo">null: everything is on paths that silo and worker share.</param>
/// <param name="workerId">Names this worker's own folder.</param>
/// <param name="time">Paces waiting.</param>
internal sealed class WorkerFiles(string cacheFolder, long cacheBytes, SiloAccess? silo, string workerId, TimeProvider time)
{
    /// <summary>The datasets.</summary>
    public DatasetCache Datasets { get; } = new(Path.Combine(cacheFolder, "datasets"), cacheBytes, silo, time) { Place = silo is null ? "" : workerId };

    // A prefix, so that no name leads elsewhere.
    private string OwnCheckpoints => Path.Combine(cacheFolder, "checkpoints", $"worker-{workerId}");

    /// <summary>The checkpoints of an attempt's job.</summary>
    /// <param name="assignment">The attempt.</param>
    /// <param name="say">Told what is fetched.</param>
    /// <param name="cancellation">Ends fetching.</param>
    public CheckpointStore CheckpointsOf(Assignment assignment, Action<string> say, CancellationToken cancellation) =>
        new(assignment, PlaceOf(assignment), (path, folder) => Fetch(path, folder, say, cancellation));

    /// <summary>Reports a run, and sends its checkpoints to a silo that does not share this machine's disk.</summary>
    public CheckpointUploads Reporting(Assignment assignment, IRunObserver observer)
    {
        var place = PlaceOf(assignment);
        if (!place.IsShared && Directory.Exists(place.Root))
        {
            // What runs before this one left: it is at the silo, or of no use to anybody.
            Directory.Delete(place.Root, recursive: true);
        }

        return new CheckpointUploads(observer, place, place.IsShared ? null : Silo().CreateHttpClient(), time);
    }

    private CheckpointPlace PlaceOf(Assignment assignment) => CheckpointPlace.Of(assignment, OwnCheckpoints);

    private SiloAccess Silo() => silo ?? throw new InvalidOperationException("this worker has no silo to get files from");

    private void Fetch(string path, string folder, Action<string> say, CancellationToken cancellation)
    {
        using var http = Silo().CreateHttpClient();
        FetchProgress? progress = null;
        var done = 0L;
        new FolderDownload(http, time, say).FetchAsync(
            path,
            folder,
            (bytes, total) =>
            {
                progress ??= new FetchProgress($"fetching checkpoint {Path.GetFileName(folder)}", total, say, time);
                progress.Add(bytes - done);
                done = bytes;
            },
            cancellation).GetAwaiter().GetResult();
        progress?.End();
    }
}
