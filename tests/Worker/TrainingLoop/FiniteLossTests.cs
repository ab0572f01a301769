using System.Net;
using SeqCluster.Collectives;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Data.Sampling;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Tests.TrainingLoop;

/// <summary>Two members with two replicas each: both stop, and both say the same.</summary>
public sealed class FiniteLossTests
{
    private static readonly PlannedStep Planned = new(7, 0, [Batch(3), Batch(2), Batch(18), Batch(1)]);

    [Fact]
    public void Require_LossOfEitherMember_IsNamedByBothWithItsSamples()
    {
        var said = OnBoth(
            (finite, rank) =>
            {
                finite.Begin();
                finite.Tell(rank == 0 ? 0 : 3, float.NaN);
                finite.Begin(); // of the next step, which forgets
                finite.Tell(rank == 0 ? 1 : 2, float.PositiveInfinity);
                finite.Tell(rank == 0 ? 0 : 3, 1);
            },
            new StepOutcome(4, double.PositiveInfinity, 1, IsStopWished: false));

        Assert.Equal(said[0], said[1]);
        Assert.StartsWith("step 7: the loss is not a finite number: replica 1 on samples 0, 1; replica 2 on samples 0, 1, 2, ", said[0], StringComparison.Ordinal);
        Assert.Contains("14, 15 and 2 more. The last checkpoint is good", said[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void Require_GradientThatIsNoNumber_StopsThoughEveryLossIsOne(double norm) =>
        Assert.All(OnBoth((_, _) => { }, new StepOutcome(4, 1, norm, IsStopWished: false)), message => Assert.Contains("step 7: the gradient is not finite", message, StringComparison.Ordinal));

    [Fact]
    public void Require_AllFinite_GoesOn() =>
        Assert.Equal(["", ""], OnBoth((finite, _) => finite.Tell(0, 1), new StepOutcome(4, 1, 1, IsStopWished: false)));

    private static MicroBatch Batch(int count) => new(Enumerable.Range(0, count).Select(number => (long)number).ToArray());

    private static string[] OnBoth(Action<FiniteLoss, int> before, StepOutcome outcome)
    {
        GroupListener[] listeners = [new(IPAddress.Loopback), new(IPAddress.Loopback)];
        var said = new string[2];
        var members = Enumerable.Range(0, 2).Select(rank => new Thread(() => said[rank] = Member(listeners, rank, before, outcome))).ToList();
        members.ForEach(member => member.Start());
        members.ForEach(member => member.Join());
        Array.ForEach(listeners, listener => listener.Dispose());
        return said;
    }

    private static string Member(GroupListener[] listeners, int rank, Action<FiniteLoss, int> before, StepOutcome outcome)
    {
        using var group = CollectiveGroup.Join(
            new GroupOptions
            {
                Job = $"finite-{listeners[0].Port}",
                Attempt = 1,
                Generation = 1,
                Rank = rank,
                Replicas = 4,
                Peers = [.. listeners.Select(listener => new PeerAddress("127.0.0.1", listener.Port, "here"))],
                BucketElements = [1],
                Secret = new byte[32],
            },
            listeners[rank]);
        var finite = new FiniteLoss(group);
        before(finite, rank);
        try
        {
            finite.Require(7, outcome, Planned);
            group.Barrier(7);
            return "";
        }
        catch (NotFiniteNumberException fault)
        {
            // Nobody leaves before all have heard.
            group.Barrier(7);
            return fault.Message;
        }
    }
}
