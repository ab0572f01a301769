using SeqCluster.Contracts.Jobs;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Tests.TrainingLoop;

public sealed class RunPaceTests
{
    [Fact]
    public void Pace_OneSlowStepAmongMany_PassesOverItAndForgetsTheOld()
    {
        var pace = new RunPace();
        Assert.Equal((TimeSpan.Zero, 0), (pace.Step, pace.ReplicaMs));
        foreach (var step in (double[])[100, 9000, 110])
        {
            pace.Add(step, 2 * step, 2);
        }

        Assert.Equal((110, 110), (pace.Step.TotalMilliseconds, pace.ReplicaMs));
        for (var step = 0; step < 2 * RunPace.Window; step++)
        {
            pace.Add(5000, 5000, 1);
        }

        // Most of the window is enough, however many there were before it.
        for (var step = 0; step < (RunPace.Window / 2) + 1; step++)
        {
            pace.Add(10, 30, 3);
        }

        Assert.Equal((10, 10), (pace.Step.TotalMilliseconds, pace.ReplicaMs));
    }

    [Fact]
    public void Pace_StepWithoutSamplesHere_TellsNothingOfReplicas()
    {
        var pace = new RunPace();
        pace.Add(50, 1, 0);
        Assert.Equal((50, 0), (pace.Step.TotalMilliseconds, pace.ReplicaMs));
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(1500, 30)]
    [InlineData(4000, 80)]
    public void StallBound_IsTheJobsOrTwentyMedianSteps(double medianMs, double seconds)
    {
        var spec = new JobSpec { Model = new ModelSpec { Kind = "x" }, Data = new DataSpec(), Train = new TrainSpec { Steps = 1 } };
        Assert.Equal(TimeSpan.FromSeconds(seconds), RunSetup.StallBoundOf(spec, TimeSpan.FromMilliseconds(medianMs)));
    }
}
