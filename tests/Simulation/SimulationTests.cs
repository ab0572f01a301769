using SeqCluster.Simulation.Tests.Checking;
using SeqCluster.Simulation.Tests.Faults;

namespace SeqCluster.Simulation.Tests;

/// <summary>Thousands of schedules of coordinator, membership and collectives, each from its seed.</summary>
public sealed class SimulationTests
{
    [Fact]
    public void Schedules_AnyFaults_EndInTheUndisturbedBits() => Runs.Require(Runs.FirstSeed, Runs.Count);

    [Fact]
    public void Schedule_SameSeed_IsTheSame()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            World first = new(seed, Defect.None, isTraced: true);
            World second = new(seed, Defect.None, isTraced: true);
            first.Run();
            second.Run();
            Assert.Equal(first.Simulator.Trace, second.Simulator.Trace);
            Assert.Equal(first.Simulator.Events, second.Simulator.Events);
        }
    }
}
