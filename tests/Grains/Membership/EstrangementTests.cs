using SeqCluster.Contracts.Membership;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Tests.Membership;

/// <summary>Who lost its peers while it lived comes back later each time.</summary>
public sealed class EstrangementTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 5)]
    [InlineData(3, 10)]
    [InlineData(4, 20)]
    [InlineData(40, 300)]
    public void Add_AgainAndAgain_WaitsLonger(int times, int seconds)
    {
        IReadOnlyList<Estrangement> known = [];
        DateTimeOffset now = Now;
        for (int time = 0; time < times; time++)
        {
            now = known.Count > 0 ? known[0].Until : now;
            known = Estrangement.Add(known, [Member()], now);
        }

        Assert.Equal(new Estrangement("worker-1-1", times, now + TimeSpan.FromSeconds(seconds)), Assert.Single(known));
        Assert.Equal(seconds > 0, Estrangement.Holds(known, "worker-1-1", now));
        Assert.False(Estrangement.Holds(known, "worker-1-1", known[0].Until));
        Assert.False(Estrangement.Holds(known, "worker-1-2", now));
    }

    [Fact]
    public void Add_LongAfter_IsTheFirstTime()
    {
        IReadOnlyList<Estrangement> known = Estrangement.Add(Estrangement.Add([], [Member()], Now), [Member()], Now);
        Assert.Equal(3, Estrangement.Add(known, [Member()], known[0].Until + Estrangement.Memory - TimeSpan.FromTicks(1))[0].Times);
        Assert.Equal(1, Estrangement.Add(known, [Member()], known[0].Until + Estrangement.Memory)[0].Times);
    }

    [Fact]
    public void Offer_Estranged_IsInvitedWhenItsTimeHasCome()
    {
        AttemptLife life = CoordinatorMachine.Start(
            new AttemptLife(), Samples.Spec(max: 2, replicas: 5), 1, Samples.Offers(1), [1, 2, 3], Now).Life with
        {
            Estranged = [new Estrangement("worker-1-1", 2, Now + Estrangement.First)],
        };
        Assert.Empty(CoordinatorMachine.Offer(life, 1, 2, Samples.Offers(2), Now).Life.Invited);
        Assert.Single(CoordinatorMachine.Offer(life, 1, 2, Samples.Offers(2), Now + Estrangement.First).Life.Invited);
    }

    private static AttemptMember Member() => new()
    {
        Worker = Samples.Offer("worker-1"), Rank = 1, FirstReplica = 0, ReplicaCount = 1, Phase = MemberPhase.Halted,
    };
}
