using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Tests.Membership;

public sealed class CheckpointRegistryTests
{
    private const int LastStep = 100;

    [Fact]
    public void Add_MoreThanAreKept_KeepsTheLastTwoAndTheResult()
    {
        IReadOnlyList<JobCheckpoint> registry = [];
        foreach (int step in (int[])[10, 20, 30, LastStep])
        {
            registry = Add(registry, Samples.Written(step));
        }

        Assert.Equal([20, 30, LastStep], registry.Select(one => one.Step));
        Assert.Equal(("state 30", 130), (registry[1].StateSha256, registry[1].SizeBytes));
        Assert.Same(registry, Add(registry, Samples.Written(10), Samples.Written(30), Samples.Written(LastStep)));
    }

    [Fact]
    public void Add_AStepDoneAgainAfterDamage_TakesTheOldOnesPlace()
    {
        IReadOnlyList<JobCheckpoint> registry = Add([], Samples.Written(10), Samples.Written(20));
        registry = CheckpointRegistry.Damage(registry, registry[1].Reference);
        Assert.Equal(10, CheckpointRegistry.Latest(registry)!.Step);
        registry = Add(registry, Samples.Written(15, attempt: 2));
        Assert.Equal([10, 15, 20], registry.Select(one => one.Step));
        registry = Add(registry, Samples.Written(20, attempt: 2));
        Assert.Equal(["job-a/attempt-2/step-000000015", "job-a/attempt-2/step-000000020"], registry.Select(one => one.Reference));
        Assert.DoesNotContain(registry, one => one.IsDamaged);
    }

    [Fact]
    public void Latest_NothingUsable_IsNone()
    {
        IReadOnlyList<JobCheckpoint> registry = Add([], Samples.Written(10));
        Assert.Null(CheckpointRegistry.Latest([]));
        Assert.Null(CheckpointRegistry.Latest(CheckpointRegistry.Damage(registry, registry[0].Reference)));
    }

    [Fact]
    public void Add_TheResultOfAnotherAttempt_TakesTheFormersPlace()
    {
        IReadOnlyList<JobCheckpoint> registry = Add(Add([], Samples.Written(LastStep)), Samples.Written(LastStep, attempt: 2));
        Assert.Equal(["job-a/attempt-2/step-000000100"], registry.Select(one => one.Reference));
    }

    [Fact]
    public void Add_ByTheJobsRules_KeepsTheLastEveryKAndTheBest()
    {
        JobSpec spec = SpecOf(new CheckpointsSpec { KeepLast = 1, KeepEverySteps = 40, KeepBest = 2 });
        IReadOnlyList<JobCheckpoint> registry = [];
        foreach ((int step, double? loss) in ((int, double?)[])[(10, 3.0), (20, 2.0), (30, null), (40, 2.5), (50, 2.0), (60, 2.6), (70, 2.7), (80, 2.8), (90, 2.9)])
        {
            registry = CheckpointRegistry.Add(registry, [Samples.Written(step) with { EvaluatedLoss = loss }], spec, Samples.Noon, out _);
        }

        Assert.Equal(
            [(20, "best 2"), (40, "every 40 steps"), (50, "best 2"), (80, "every 40 steps"), (90, "last 1")],
            CheckpointRegistry.Explained(registry, spec).Select(one => (one.Step, string.Join(", ", one.KeptAs))));
    }

    /// <summary>What the job began with stays while it may have to begin again, and no longer.</summary>
    [Fact]
    public void Add_BesideWhatTheJobBeganWith_KeepsThatUntilTheResult()
    {
        JobSpec spec = Samples.Continuing(step: 5) with { Train = new TrainSpec { Steps = LastStep } };
        IReadOnlyList<JobCheckpoint> registry = CheckpointRegistry.Add([spec.Start.Taken!], [Samples.Written(10), Samples.Written(20), Samples.Written(30)], spec, Samples.Noon, out _);
        Assert.Equal([(5, "start"), (20, "last 2"), (30, "last 2")], CheckpointRegistry.Explained(registry, spec).Select(one => (one.Step, Assert.Single(one.KeptAs))));
        Assert.Equal(["job-a/attempt-0/step-000000005"], CheckpointRegistry.KeptFiles([], spec with { Start = spec.Start with { Continues = false } }));
        Assert.Equal(3, CheckpointRegistry.KeptFiles(registry, spec).Count);
        registry = CheckpointRegistry.Add(registry, [Samples.Written(LastStep)], spec, Samples.Noon, out _);
        Assert.Equal([20, 30, LastStep], registry.Select(one => one.Step));
        Assert.Equal(registry.Select(one => one.Reference), CheckpointRegistry.KeptFiles(registry, spec));
    }

    /// <summary>The last evaluation is of the whole held-out part: with evaluations of some batches it is another measure.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(3, true)]
    public void Add_TheResultIsBest_TakesThatPlaceOnlyWhenItCanBeCompared(int batches, bool isEarlierKept)
    {
        JobSpec spec = SpecOf(new CheckpointsSpec { KeepLast = 1, KeepBest = 1 }) with { Evaluate = new EvaluateSpec { EverySteps = 10, Batches = batches } };
        IReadOnlyList<JobCheckpoint> registry = CheckpointRegistry.Add(
            [], [Samples.Written(10) with { EvaluatedLoss = 2 }, Samples.Written(20) with { EvaluatedLoss = 3 }], spec, Samples.Noon, out _);
        registry = CheckpointRegistry.Add(registry, [Samples.Written(LastStep) with { EvaluatedLoss = 1 }], spec, Samples.Noon, out _);
        Assert.Equal(isEarlierKept ? [10, 20, LastStep] : [20, LastStep], registry.Select(one => one.Step));
    }

    [Theory]
    [InlineData(1, 1, 50, true)]
    [InlineData(1, 1, 51, false)]
    [InlineData(1, 2, 50, true)]
    [InlineData(1, 2, 49, false)]
    [InlineData(1, 2, 71, false)]
    [InlineData(2, 1, 70, true)]
    [InlineData(2, 1, 500, true)]
    [InlineData(2, 2, 80, false)]
    [InlineData(3, 1, 80, false)]
    public void IsOfLineage_ACheckpointOfAGeneration_IsWhatTheLaterOnesWentOnFrom(int attempt, int generation, int step, bool isOf)
    {
        GenerationRecord[] lineage = [new(1, 1, 0, "a"), new(1, 2, 50, "b"), new(2, 1, 70, "c")];
        Assert.Equal(isOf, CheckpointRegistry.IsOfLineage(lineage, attempt, generation, step));
    }

    private static JobSpec SpecOf(CheckpointsSpec keep) => Samples.Spec() with { Train = new TrainSpec { Steps = LastStep }, Checkpoints = keep };

    private static IReadOnlyList<JobCheckpoint> Add(IReadOnlyList<JobCheckpoint> registry, params WrittenCheckpoint[] written) =>
        CheckpointRegistry.Add(registry, written, SpecOf(new CheckpointsSpec()), Samples.Noon, out _);
}
