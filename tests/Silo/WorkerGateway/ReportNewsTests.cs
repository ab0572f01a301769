using SeqCluster.Contracts.Membership;
using SeqCluster.Silo.WorkerGateway;

namespace SeqCluster.Silo.Tests.WorkerGateway;

/// <summary>Which heartbeats the coordinator hears of.</summary>
public sealed class ReportNewsTests
{
    [Theory]
    [InlineData(MemberPhase.Training, false)]
    [InlineData(MemberPhase.Saving, false)]
    [InlineData(MemberPhase.Halted, true)]
    [InlineData(MemberPhase.Prepared, true)]
    [InlineData(MemberPhase.Done, true)]
    [InlineData(MemberPhase.Yielded, true)]
    [InlineData(MemberPhase.Faulted, true)]
    public void Heartbeat_SameReportAgain_IsNewsOfWhoRests(MemberPhase phase, bool isNews) =>
        Assert.Equal(isNews, WorkerConnection.IsNews(Report(phase, 3), Report(phase, 3)));

    [Fact]
    public void Heartbeat_FirstOrOfALaterStep_IsNews()
    {
        Assert.True(WorkerConnection.IsNews(Report(MemberPhase.Training, 3), null));
        Assert.True(WorkerConnection.IsNews(Report(MemberPhase.Training, 4), Report(MemberPhase.Training, 3)));
    }

    private static MemberReport Report(MemberPhase phase, int step) => new()
    {
        JobId = "job-a", Attempt = 1, Generation = 1, WorkerId = "w0", Incarnation = "i0", Step = step, Phase = phase, Detail = "",
    };
}
