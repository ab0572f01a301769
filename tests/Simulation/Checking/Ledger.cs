using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Simulation.Tests.Faults;
using SeqCluster.Simulation.Tests.Kernel;

namespace SeqCluster.Simulation.Tests.Checking;

/// <summary>
/// Which reports count: a report of step s in generation g is in the lineage when g is the last generation that began before s. Whoever
/// died, each replica of each step is there, and once.
/// </summary>
internal static class Ledger
{
    /// <param name="world">With the stored reports, of a job that is completed.</param>
    /// <param name="lineage">All generations, in their order.</param>
    public static void Require(World world, IReadOnlyList<GenerationRecord> lineage)
    {
        var counted = new HashSet<(int Step, int Replica)>();
        foreach (((int attempt, int generation, int step), StepReport report) in world.Store.StepReports)
        {
            GenerationRecord counts = GenerationRecord.Counting(lineage, step)!;
            if ((counts.Attempt, counts.Generation) != (attempt, generation) && !Defects.CountsSuperseded(world.Defect))
            {
                continue;
            }

            foreach (ReplicaReport replica in report.Replicas)
            {
                if (!counted.Add((step, replica.Replica)))
                {
                    throw new SimulationException($"step {step} of replica {replica.Replica} counts twice, once as it was reported in {attempt}.{generation}");
                }
            }
        }

        if (counted.Count != world.Job.Steps * world.Job.Replicas)
        {
            throw new SimulationException($"{counted.Count} of {world.Job.Steps * world.Job.Replicas} parts of steps are in the ledger");
        }
    }
}
