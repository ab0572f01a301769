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

    private static IReadOnlyList<JobCheckpoint> Add(IReadOnlyList<JobCheckpoint> registry, params WrittenCheckpoint[] written) =>
        CheckpointRegistry.Add(registry, written, LastStep, Samples.Noon, out _);
}
