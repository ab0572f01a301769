using System.Net;
using System.Security.Cryptography;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Kubernetes.Tests;

/// <summary>
/// The pods of the manifests run here as processes, with their own arguments, variables and secrets. Only what belongs to the
/// machine is another: ports are any free ones, and volumes are temporary folders.
/// </summary>
public sealed class PodTests : IDisposable
{
    private readonly DirectoryInfo volumes = Directory.CreateTempSubdirectory("seqcluster-pods-");
    private readonly Manifests manifests = Manifests.Files("k8s/base");
    private readonly Dictionary<string, string> secret = new()
    {
        ["client"] = RandomNumberGenerator.GetHexString(40),
        ["worker"] = RandomNumberGenerator.GetHexString(40),
        ["metrics"] = RandomNumberGenerator.GetHexString(40),
    };

    public void Dispose() => volumes.Delete(recursive: true);

    [TorchFact]
    public async Task Pods_SiloIsReadyAndTakesTheWorkerWhichLeavesWithAWordOnSigterm()
    {
        using var silo = Start(manifests.Pods.Single(pod => pod.IsSilo), ("0.0.0.0:7070", "127.0.0.1:0"));
        var port = new Uri((await silo.SaysAsync("silo ready ")).Split(' ')[2]).Port;
        var url = new Uri($"http://127.0.0.1:{port}");
        foreach (var probe in manifests.Pods.Single(pod => pod.IsSilo).Probes)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusOf(url, probe.Path, ""));
        }

        Assert.Equal(HttpStatusCode.OK, await StatusOf(url, "/metrics", secret["metrics"]));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusOf(url, "/v1/workers", secret["metrics"]));

        var pod = manifests.Pods.Single(one => one.Name == "seqcluster-worker-cpu");
        using var worker = Start(pod, ("http://seqcluster-silo:7070", url.ToString()), (":7100", ":0"));
        await silo.SaysAsync($"worker {pod.Name}-0 (");
        using var client = new SeqClusterClient(SiloAccess.To(url, secret["client"]));
        var account = await FirstWorkerAsync(client);
        Assert.Equal($"{pod.Name}-0", account.Worker.WorkerId);
        Assert.StartsWith("127.0.0.1:", account.Worker.DataPlaneAddress, StringComparison.Ordinal);

        Assert.Equal(0, await worker.TerminateAsync());
        await silo.SaysAsync($"worker {pod.Name}-0: connection ended: its process was asked to end");
        Assert.Equal(0, await silo.TerminateAsync());
        Assert.True(File.Exists(Path.Combine(volumes.FullName, "store", "store", "seqcluster.db")));
    }

    private PodProcess Start(Pod pod, params (string From, string To)[] replaced)
    {
        var values = pod.ValuesWith("127.0.0.1", secret);
        var arguments = pod.ArgumentsWith(values);
        foreach (var (from, to) in replaced.Concat(pod.Mounts.Where(mount => mount.Key != "/tmp").Select(mount => (mount.Key, Path.Combine(volumes.FullName, mount.Value)))))
        {
            arguments = [.. arguments.Select(argument => argument.Replace(from, to, StringComparison.Ordinal))];
        }

        return new PodProcess(pod.IsSilo ? "Silo" : "Worker", arguments, values);
    }

    // It is connected before the grains know it.
    private static async Task<WorkerAccount> FirstWorkerAsync(SeqClusterClient client)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            if (await client.GetWorkersAsync() is [var account, ..])
            {
                return account;
            }

            await poll.WaitForNextTickAsync(late.Token);
        }
    }

    private static async Task<HttpStatusCode> StatusOf(Uri silo, string path, string token)
    {
        using var http = SiloAccess.To(silo, token).CreateHttpClient();
        using var response = await http.GetAsync(path);
        return response.StatusCode;
    }
}
