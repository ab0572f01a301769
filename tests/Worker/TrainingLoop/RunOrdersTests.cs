using SeqCluster.Collectives;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Tests.TrainingLoop;

/// <summary>What a member says of a step that it has prepared, and what the next generation makes of it.</summary>
public sealed class RunOrdersTests
{
    private static readonly Assignment First = new()
    {
        Version = 1,
        JobId = "job",
        Attempt = 1,
        Generation = 1,
        StartStep = 0,
        Rank = 1,
        Members = [],
        Replicas = 5,
        Secret = new byte[32],
        SpecJson = "",
        CheckpointFolder = "",
    };

    [Fact]
    public void Take_HaltWithAStepPrepared_TellsBothAndCountsTheOneThatTheNextGenerationStartsWith()
    {
        using var orders = AtStep3();
        orders.Prepare(ShareOf(4));
        var at = orders.Take(First with { Halts = true })!.Value;
        Assert.Equal((3, ShareOf(3), ShareOf(4)), (at.Step, at.Held, at.Prepared));
        Assert.Equal([ShareOf(3), ShareOf(4)], at.Shares);
        Assert.Throws<CollectiveAbortedException>(() => orders.Pass(4));
        orders.Take(First with { Generation = 2, StartStep = 4 });
        orders.TryNext();
        Assert.Equal(new HeldStep(ShareOf(4), null), orders.Close());
    }

    [Fact]
    public void TryNext_OfTheStepBefore_ForgetsThePreparedOne()
    {
        using var orders = AtStep3();
        orders.Prepare(ShareOf(4));
        orders.Close();
        orders.Take(First with { Generation = 2, StartStep = 3 });
        orders.TryNext();
        Assert.Equal(new HeldStep(ShareOf(3), null), orders.Close());
    }

    /// <summary>Its answer is final: others may be told that this member cannot count the step.</summary>
    [Fact]
    public void Prepare_AfterItHasSaidThatItHalts_Throws()
    {
        using var orders = AtStep3();
        Assert.Null(orders.Take(First with { Halts = true })!.Value.Prepared);
        Assert.Throws<CollectiveAbortedException>(() => orders.Prepare(ShareOf(4)));
    }

    [Fact]
    public void Pass_StepThatWasNotPrepared_HoldsAllOfIt()
    {
        using var orders = AtStep3();
        orders.HoldsAll();
        Assert.Equal(StateShare.Whole(3), orders.Take(First with { Halts = true })!.Value.Held);
        orders.Take(First with { Generation = 2, StartStep = 3 });
        orders.TryNext();
        orders.Pass(4);
        Assert.Equal(StateShare.Whole(4), orders.Close().Held);
    }

    private static StateShare ShareOf(int step) => new() { Step = step, Rank = 1, Workers = 3 };

    private static RunOrders AtStep3()
    {
        var orders = new RunOrders(First);
        orders.TryNext();
        orders.Prepare(ShareOf(3));
        orders.Pass(3);
        return orders;
    }
}
