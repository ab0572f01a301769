using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains.Hosting;
using SeqCluster.Grains.Jobs;
using SeqCluster.Grains.Membership;
using SeqCluster.Grains.Metrics;

namespace SeqCluster.Grains.Tests.Cluster;

/// <summary>A silo with fake time, fake workers, and stores that outlive it. At its end every call must have been drawn.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly List<FakeWorker> workers = [];
    private IHost? host;

    public FakeTime Time { get; } = new();

    public JsonGrainStorage Storage { get; } = new();

    public KeptReminders Reminders { get; } = new();

    public KeptStores Stores { get; } = new();

    public CallGraph Calls { get; } = new();

    public IGrainFactory Grains => host!.Services.GetRequiredService<IGrainFactory>();

    public ISchedulerGrain Scheduler => Grains.GetGrain<ISchedulerGrain>(ControlPlane.SchedulerKey);

    public static async Task<TestCluster> Start()
    {
        var cluster = new TestCluster();
        await cluster.StartSilo();
        return cluster;
    }

    public async Task StartSilo()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton<IReminderTable>(Reminders);
        builder.Services.AddSingleton<IJobEvents>(Stores).AddSingleton<IJobIndex>(Stores).AddSingleton<IMetricsStore>(Stores)
            .AddSingleton<ICheckpointFiles>(Stores);
        builder.Services.AddSeqClusterGrains(options => options.CheckpointFolder = "/tmp/none");
        builder.Services.AddGrainStorage(ControlPlane.Storage, (_, _) => Storage);
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering()
            .AddReminders()
            .AddIncomingGrainCallFilter(Calls)
            .Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromDays(1)));
        host = builder.Build();
        await host.StartAsync();
    }

    public async Task StopSilo()
    {
        await host!.StopAsync();
        host.Dispose();
        workers.Clear();
    }

    public async Task<FakeWorker> AddWorker(string id, string incarnation = "1")
    {
        var worker = new FakeWorker(Grains, Samples.Offer(id, incarnation: incarnation));
        await worker.Connect();
        workers.Add(worker);
        return worker;
    }

    public async Task Kill(FakeWorker worker)
    {
        workers.Remove(worker);
        await worker.Die();
    }

    /// <summary>The worker's gateway sends nothing any more.</summary>
    public void Forget(FakeWorker worker) => workers.Remove(worker);

    public IJobGrain Job(string id) => Grains.GetGrain<IJobGrain>(id);

    public async Task<JobStatus> Status(string job) => await Job(job).GetStatus() ?? throw new InvalidOperationException($"no job {job}");

    public async Task Submit(string job, JobSpec spec)
    {
        Assert.Null(await Job(job).Submit(spec));

        // The scheduler orders by time of submission.
        Time.Advance(TimeSpan.FromMilliseconds(1));
    }

    /// <summary>Lets time go on, second by second with the workers' heartbeats, until the job is in the state.</summary>
    public Task<JobStatus> Reach(string job, JobState state) =>
        Until($"{job} is {state}", () => Status(job), status => status.State == state);

    public async Task<T> Until<T>(string what, Func<Task<T>> look, Func<T, bool> isThere)
    {
        var clock = Stopwatch.StartNew();
        T seen = await look();
        while (!isThere(seen))
        {
            Assert.True(clock.Elapsed < Deadline, $"after {Deadline}: not yet: {what}; but {seen}");
            await Step();
            seen = await look();
        }

        return seen;
    }

    /// <summary>One second of fake time; a moment of real time for what it sets off.</summary>
    public async Task Step()
    {
        foreach (FakeWorker worker in workers)
        {
            await worker.Heartbeat();
        }

        Time.Advance(TimeSpan.FromSeconds(1));
        await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
    }

    /// <summary>All members of the job train at this step.</summary>
    public async Task Train(string job, int step = 1)
    {
        foreach (FakeWorker worker in await MembersOf(job))
        {
            await worker.Report(MemberPhase.Training, step);
        }
    }

    public async Task Finish(string job)
    {
        foreach (FakeWorker worker in await MembersOf(job))
        {
            await worker.Report(MemberPhase.Done, 40, Samples.Result());
        }
    }

    public async Task<IReadOnlyList<FakeWorker>> MembersOf(string job)
    {
        var members = new List<FakeWorker>();
        foreach (FakeWorker worker in workers)
        {
            if ((await worker.Assignment())?.JobId == job)
            {
                members.Add(worker);
            }
        }

        return members;
    }

    public async Task<string[]> FreeWorkers() =>
        (await Scheduler.Workers()).Where(account => account.JobId.Length == 0).Select(account => account.Worker.WorkerId).ToArray();

    public async ValueTask DisposeAsync()
    {
        await StopSilo();
        Assert.Empty(Calls.NotDrawn);
    }
}
