using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Grains.Metrics;
using SeqCluster.Silo.WorkerGateway;

namespace SeqCluster.Silo.Tests.WorkerGateway;

public sealed class WorkerClockTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, true)]
    [InlineData(0.9, true)]
    [InlineData(-500, true)]
    [InlineData(3_600, false)]
    [InlineData(-3_600, false)]
    [InlineData(-63_000_000_000, false)]
    public void Time_OfALine_IsKeptOnlyWhenItCanBeRight(double offsetS, bool isKept)
    {
        var line = new WorkerLogLine(Now.AddSeconds(offsetS).ToUnixTimeMilliseconds(), "information", "x");
        Assert.Equal(isKept ? Now.AddSeconds(offsetS) : Now, WorkerClock.TimeOf(line, Now));
        Assert.Equal(isKept ? 0 : offsetS, WorkerClock.SkewOf([line], Now).TotalSeconds);
    }

    [Fact]
    public async Task Worker_WhoseClockIsHoursWrong_WorksAndItsLinesHaveTheSilosTime()
    {
        var id = await silo.Submit();
        using var worker = await WireClient.Join(silo.Host.Url, "skewed");
        var now = TimeProvider.System.GetUtcNow();
        await worker.Send(new LogFrame
        {
            JobId = id,
            Lines = [.. new[] { 3, -3 }.Select(hours => new WorkerLogLine(now.AddHours(hours).ToUnixTimeMilliseconds(), "information", "by a wrong clock"))],
        });
        await worker.Work(steps: 3);
        await Deadline.Until("the job is completed", async () => (await silo.Status(id)).State == SeqCluster.Contracts.Jobs.JobState.Completed);
        var lines = await silo.Get<IJobLogs>().Read(id, 0, 10);
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.InRange(line.At, now.AddMinutes(-5), TimeProvider.System.GetUtcNow()));
    }
}
