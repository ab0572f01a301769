using SeqCluster.Contracts.Metrics;
using SeqCluster.Grains.Membership;
using SeqCluster.Simulation.Tests.Faults;
using SeqCluster.Simulation.Tests.Kernel;

namespace SeqCluster.Simulation.Tests.Checking;

/// <summary>
/// Which reports count: a report of step s in generation g is in the lineage when g is the last generation that began before s. Every
/// replica of every step is there once.
/// </summary>
internal static class Ledger
{
    /// <param name="world">With the stored reports.</param>
    /// <param name="lineage">All generations, in their order.</param>
    /// <param name="isComplete">Whether no report can have been lost with the process that held it.</param>
    public static void Require(World world, IReadOnlyList<GenerationRecord> lineage, bool isComplete)
    {
        var counted = new HashSet<(int Step, int Replica)>();
        foreach (((int attempt, int generation, int step, string workerId), StepReport report) in world.Store.StepReports)
        {
            GenerationRecord counts = lineage.Last(one => one.StartStep < step);
            if ((counts.Attempt, counts.Generation) != (attempt, generation) && !Defects.CountsSuperseded(world.Defect))
            {
                continue;
            }

            foreach (ReplicaReport replica in report.Replicas)
            {
                if (!counted.Add((step, replica.Replica)))
                {
                    throw new SimulationException($"step {step} of replica {replica.Replica} counts twice, once as {workerId} reported it in {attempt}.{generation}");
                }
            }
        }

        if (isComplete && counted.Count != world.Job.Steps * world.Job.Replicas)
        {
            throw new SimulationException($"{counted.Count} of {world.Job.Steps * world.Job.Replicas} parts of steps are in the ledger");
        }
    }
}
