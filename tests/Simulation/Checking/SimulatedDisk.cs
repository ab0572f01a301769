using System.Globalization;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Simulation.Tests.Kernel;
using SeqCluster.Simulation.Tests.Workers;

namespace SeqCluster.Simulation.Tests.Checking;

/// <summary>The folder of checkpoints: what is in it is whole, until it is damaged or trimmed by the rule of the silo's store.</summary>
internal sealed class SimulatedDisk(Invariants invariants)
{
    private readonly SortedDictionary<string, (ToyState State, IReadOnlyList<LedgerEntry> Reports)?> checkpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WrittenCheckpoint> told = [];

    /// <summary>Makes a checkpoint permanent. One that is there holds the same state.</summary>
    public WrittenCheckpoint Commit(int attempt, int generation, int step, ToyState state, IReadOnlyList<LedgerEntry> reports)
    {
        string reference = WrittenCheckpoint.ReferenceOf(World.JobId, attempt, step);
        checkpoints[reference] = (state, reports);
        return told[reference] = new WrittenCheckpoint
        {
            Step = step,
            Reference = reference,
            WeightsSha256 = state.WeightsHash(),
            StateSha256 = state.StateHash(),
            SizeBytes = 1,
            Generation = generation,
        };
    }

    /// <summary>As <c>CheckpointFiles.FindWhole</c>.</summary>
    public IReadOnlyList<WrittenCheckpoint> FindWhole(Func<WrittenCheckpoint, bool> isWanted) =>
        checkpoints.Where(one => one.Value is not null).Select(one => told[one.Key]).Where(isWanted).ToArray();

    /// <summary>What a checkpoint holds; null when it is missing or damaged.</summary>
    public (ToyState State, IReadOnlyList<LedgerEntry> Reports)? Read(string reference) => checkpoints.GetValueOrDefault(reference);

    /// <summary>A checkpoint, chosen by a number, can no longer be read.</summary>
    public void Damage(int choice)
    {
        if (checkpoints.Count > 0)
        {
            string reference = checkpoints.Keys.ElementAt(choice % checkpoints.Count);
            checkpoints[reference] = null;
            invariants.Damaged(reference);
        }
    }

    /// <summary>As <c>CheckpointFiles.Trim</c>.</summary>
    public void Trim(int attempt, IEnumerable<string> kept)
    {
        HashSet<string> staying = kept.ToHashSet(StringComparer.Ordinal);
        foreach (IGrouping<int, string> of in checkpoints.Keys.GroupBy(AttemptOf).Where(group => group.Key <= attempt).ToArray())
        {
            string[] all = of.ToArray();
            int decided = of.Key < attempt ? all.Length : Array.FindLastIndex(all, staying.Contains) + 1;
            foreach (string removed in all.Take(decided).Where(one => !staying.Contains(one)))
            {
                checkpoints.Remove(removed);
                invariants.Removed(removed);
            }
        }
    }

    private static int AttemptOf(string reference) =>
        int.Parse(reference.Split('/')[1]["attempt-".Length..], CultureInfo.InvariantCulture);
}
