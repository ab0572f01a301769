using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>
/// Three machines as the README sets them up: a silo on the first, a worker on each of the others, by the lines that the silo
/// prints. Jobs are submitted from the third, where their text lies.
/// </summary>
public sealed class ThreeHosts : IAsyncDisposable
{
    private readonly HostNetwork network;
    private readonly HostProcess silo;

    private ThreeHosts(HostNetwork network, HostProcess silo) => (this.network, this.silo) = (network, silo);

    public SeqClusterClient Client { get; private set; } = null!;

    /// <summary>The line for further workers.</summary>
    public string WorkerLine { get; private set; } = "";

    public TestHost SiloHost => network.Hosts[0];

    public TestHost Second => network.Hosts[1];

    public TestHost Third => network.Hosts[2];

    public List<HostProcess> Workers { get; } = [];

    /// <summary>Whether they share neither network, shared memory nor folders.</summary>
    public bool AreSeparate => network.AreSeparate;

    /// <summary>Starts all of it.</summary>
    /// <param name="shape">Of each host's link.</param>
    public static async Task<ThreeHosts> StartAsync(LinkShape? shape = null)
    {
        var network = new HostNetwork(hosts: 3, shape);

        // Loopback's addresses share their ports with everybody's tests.
        var silo = network.Hosts[0].Paste($"seqcluster silo --listen {(network.AreSeparate ? "0.0.0.0:7070" : network.Hosts[0].Address + ":0")}");
        var hosts = new ThreeHosts(network, silo);
        try
        {
            hosts.WorkerLine = await silo.LineAsync("seqcluster worker --silo");
            foreach (var host in new[] { hosts.Second, hosts.Third })
            {
                var worker = host.Paste(network.AreSeparate ? hosts.WorkerLine : $"{hosts.WorkerLine} --advertise {host.Address} --id at-{host.Address}");
                hosts.Workers.Add(worker);
                await worker.LineAsync("worker ");
            }

            var login = await silo.LineAsync("seqcluster login ");
            await RunAsync(hosts.Third, login.Trim());
            var words = login.Trim().Split(' ');
            hosts.Client = new SeqClusterClient(SiloAccess.To(new Uri(words[2]), words[4]));
            await hosts.UntilWorkersAsync(2);
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a line on a host to its end.</summary>
    /// <returns>What it said.</returns>
    public static async Task<string> RunAsync(TestHost host, string line)
    {
        using var process = host.Paste(line);
        var exitCode = await process.EndAsync();
        Assert.True(exitCode == 0, $"{line}: exit code {exitCode}\n{process.Text}");
        return process.Text;
    }

    /// <summary>Submits from the third host.</summary>
    /// <returns>The job's id.</returns>
    public async Task<string> SubmitAsync(string file, params string[] overrides)
    {
        await File.WriteAllTextAsync(Path.Combine(Third.Folder, "job.yaml"), file);
        await File.WriteAllLinesAsync(Path.Combine(Third.Folder, "text.txt"), Cluster.TextLines);
        using var submit = Third.Start("Client", ["submit", "job.yaml", "--json", .. overrides.SelectMany(one => (string[])["--set", one])]);
        Assert.True(await submit.EndAsync() == 0, submit.Text);
        var line = await submit.LineAsync("\"jobId\"");
        return System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("jobId").GetString()!;
    }

    public async Task<JobStatus> UntilAsync(string jobId, string what, Func<JobStatus, bool> holds)
    {
        using var late = new CancellationTokenSource(Cluster.Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var status = await Client.GetJobAsync(jobId);
            if (holds(status))
            {
                return status;
            }

            Assert.False(late.IsCancellationRequested || status.IsFinal(), $"{jobId} was not '{what}' in time: {status.State}, {status.Reason}\n{await LogsAsync(jobId)}");
            await poll.WaitForNextTickAsync();
        }
    }

    public async Task<JobStatus> FinishAsync(string jobId)
    {
        var status = await UntilAsync(jobId, "finished", one => one.IsFinal());
        Assert.True(status.State == JobState.Completed, $"{status.State}: {status.Reason}\n{await LogsAsync(jobId)}");
        return status;
    }

    public async Task<string> LogsAsync(string jobId) =>
        string.Join('\n', (await Client.GetLogsAsync(jobId)).Select(line => $"{line.WorkerId}: {line.Text}"));

    public async Task UntilWorkersAsync(int count)
    {
        using var late = new CancellationTokenSource(Cluster.Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while ((await Client.GetWorkersAsync()).Count != count)
        {
            Assert.False(late.IsCancellationRequested, $"{count} workers were not there in time:\n{string.Join("\n", Workers.Select(worker => worker.Text))}\n{silo.Text}");
            await poll.WaitForNextTickAsync();
        }
    }

    public ValueTask DisposeAsync()
    {
        Client?.Dispose();
        Workers.ForEach(static worker => worker.Dispose());
        silo.Dispose();
        network.Dispose();
        return ValueTask.CompletedTask;
    }
}
