using SeqCluster.Contracts.Shards;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Worker.ShardReading;

/// <summary>What was found out about copies of shards while a dataset was opened. Several calls may add at a time.</summary>
internal sealed class CopyFindings
{
    private readonly Lock gate = new();
    private readonly List<DamagedCopy> damaged = [];

    /// <summary>A copy is not what its name says.</summary>
    public void Damaged(string sha256, string detail)
    {
        lock (gate)
        {
            damaged.Add(new DamagedCopy(sha256, detail));
        }
    }

    /// <summary>After the dataset was opened: every shard of it is whole here.</summary>
    public CopyReport ReportOf(string place, DatasetManifest manifest)
    {
        lock (gate)
        {
            return new CopyReport
            {
                Place = place,
                Verified = [.. manifest.Files.Select(static file => file.Sha256).Distinct()],
                Damaged = [.. damaged],
            };
        }
    }
}
