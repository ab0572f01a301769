using SeqCluster.Contracts.Jobs;
using SeqCluster.Grains.Jobs;
using SeqCluster.Simulation.Tests.Checking;
using SeqCluster.Simulation.Tests.Faults;
using SeqCluster.Simulation.Tests.Workers;

namespace SeqCluster.Simulation.Tests;

/// <summary>A link between two workers that live.</summary>
public sealed class LinkTests
{
    [Fact]
    public void Link_BreaksWheneverTheyMeet_StopsTheMembersLessAndLessOften()
    {
        TimedFault[] faults = Enumerable.Range(0, 900)
            .Select(index => new TimedFault(TimeSpan.FromSeconds(1 + (index * 0.1)), FaultKind.BreakLink, 0, 1, TimeSpan.Zero)).ToArray();
        var world = new World(1, new Scenario(new ToyJob(1, 6, 500, 0, 0, 1, 0), Workers: 3, faults));
        JobLife job = world.Run();
        Assert.Equal(JobState.Completed, job.State);

        // Two for each time that it comes back: after 0, 5, 10, 20 and 40 seconds.
        Assert.InRange(world.Invariants.Generations, 5, 14);
    }
}
