using SeqCluster.Worker.Faults;

namespace SeqCluster.Worker.Tests.Faults;

/// <summary>Orders to die; what they do to real processes is in the tests of the whole.</summary>
public sealed class FaultOrderTests
{
    [Fact]
    public void Order_AsALine_IsReadAgain()
    {
        var order = new FaultOrder(FaultAction.Kill, FaultPoint.Backward, 120, 7);
        Assert.Equal("kill backward 120 7", $"{order}");
        Assert.Equal(order, FaultOrder.Parse($"{order}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("kill backward 120")]
    [InlineData("kill nowhere 120 7")]
    [InlineData("praise backward 120 7")]
    [InlineData("kill backward soon 7")]
    public void Line_ThatIsNoOrder_IsRefused(string line) => Assert.Throws<FormatException>(() => FaultOrder.Parse(line));

    [Fact]
    public void Points_WithoutAnybodyAtTheSocket_SayWhichVariableToUnset()
    {
        var fault = Assert.Throws<ArgumentException>(() => FaultPoints.Open("/nonexistent/faults.socket", "here-0"));
        Assert.Contains("SEQCLUSTER_FAULT_POINTS = /nonexistent/faults.socket", fault.Message, StringComparison.Ordinal);
    }
}
