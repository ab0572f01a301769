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

    /// <summary>Makes a checkpoint permanent. One that is there holds the same state.</summary>
    public string Commit(int attempt, int step, ToyState state, IReadOnlyList<LedgerEntry> reports)
    {
        string reference = WrittenCheckpoint.ReferenceOf(World.JobId, attempt, step);
        checkpoints[reference] = (state, reports);
        return reference;
    }

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
            foreach (string removed in of.Key < attempt ? of.Where(one => !staying.Contains(one))
                : of.Any(staying.Contains) ? of.TakeWhile(one => !staying.Contains(one)) : [])
            {
                checkpoints.Remove(removed);
                invariants.Removed(removed);
            }
        }
    }

    private static int AttemptOf(string reference) =>
        int.Parse(reference.Split('/')[1]["attempt-".Length..], CultureInfo.InvariantCulture);
}
