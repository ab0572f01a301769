using SeqCluster.Collectives.AllReduce;
using SeqCluster.Worker.GradientExchange;

namespace SeqCluster.Worker.Tests.GradientExchange;

public sealed class StopWishTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024)]
    public void Read_AnyNumberOfWishes_LeavesTargetsAndLossAsTheyWere(int wishes)
    {
        var sum = default(SideValues);
        for (var replica = 0; replica < 1024; replica++)
        {
            var sides = new SideValues((1L << 41) + replica, 0.5);
            sum += replica < wishes ? StopWish.Carry(sides) : sides;
        }

        Assert.Equal(((1L << 51) + (1024 * 1023 / 2), wishes > 0), StopWish.Read(sum));
        Assert.Equal(512, sum.LossSum);
    }

    [Fact]
    public void Carry_AnEmptyReplica_IsHeardToo() => Assert.Equal((0, true), StopWish.Read(StopWish.Carry(default)));
}
