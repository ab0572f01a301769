using System.Net;
using System.Net.Sockets;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Silo.Hosting;

namespace SeqCluster.Silo.Tests.Hosting;

[Collection(SiloTests.Name)]
public sealed class SiloHostTests(TestSilo silo)
{
    [Fact]
    public async Task Store_OfARunningSilo_IsRefusedToASecondOne()
    {
        var fault = await Assert.ThrowsAsync<SiloStartException>(() => SiloHost.Start(new SiloOptions { Store = silo.Store }, TestSilo.Models));
        Assert.Contains("another silo uses it", fault.Message);
        Assert.Contains(silo.Host.Url.ToString().TrimEnd('/'), fault.Message);
        Assert.Equal(Environment.ProcessId, SiloFile.Read(silo.Store)!.Pid);
    }

    [Fact]
    public async Task Port_InUse_IsRefusedByItsNumber()
    {
        using var folder = new TemporaryFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var taken = (IPEndPoint)listener.LocalEndpoint;
        var fault = await Assert.ThrowsAsync<SiloStartException>(() => SiloHost.Start(new SiloOptions { Store = folder.Path, Listen = taken }, TestSilo.Models));
        Assert.Contains($"{taken}: the port is in use", fault.Message);
    }

    [Fact]
    public async Task Listening_BeyondLoopback_IsRefused()
    {
        using var folder = new TemporaryFolder();
        var fault = await Assert.ThrowsAsync<SiloStartException>(() =>
            SiloHost.Start(new SiloOptions { Store = folder.Path, Listen = new(IPAddress.Any, 0) }, TestSilo.Models));
        Assert.Contains("tokens", fault.Message);
    }

    [Fact]
    public async Task Silo_Restarted_KeepsItsJobs()
    {
        var own = new TestSilo();
        await own.InitializeAsync();
        var id = await own.Submit();
        await own.Stop();
        Assert.Null(SiloFile.Read(own.Store));

        await own.Start(new SiloOptions { Store = own.Store });
        Assert.Equal(JobState.Queued, (await own.Status(id)).State);
        using var worker = await WireClient.Join(own.Host.Url, "after");
        await worker.Work(steps: 3);
        await Deadline.Until("the job is completed", async () => (await own.Status(id)).State == JobState.Completed);
        await own.DisposeAsync();
    }
}
