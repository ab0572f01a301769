using System.Net;
using SeqCluster.Contracts.Workers.Wire;

namespace SeqCluster.Silo.Tests.Api;

/// <summary>In a silo of its own: no other test's job waits for the worker.</summary>
public sealed class WorkerApiTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact]
    public async Task Worker_Drained_GetsNoWorkUntilItMayWorkAgain()
    {
        using (var unknown = await silo.Http.PostAsync("/v1/workers/nobody:drain", null))
        {
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        }

        using var worker = await WireClient.Join(silo.Host.Url, "drained");
        Assert.Null((await worker.Receive<AssignmentFrame>()).Assignment);
        using (var drained = await silo.Http.PostAsync("/v1/workers/drained:drain", null))
        {
            Assert.Contains("\"isDrained\":true", await drained.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var id = await silo.Submit();
        await Deadline.Until("the job says why it waits", async () =>
            (await silo.Status(id)).Reason.Contains("; drained: drained", StringComparison.Ordinal));
        using (await silo.Http.PostAsync("/v1/workers/drained:undrain", null))
        {
            Assert.Equal(id, (await worker.Receive<AssignmentFrame>()).Assignment!.JobId);
        }
    }
}
