using System.Diagnostics;
using SeqCluster.Bench.Faults;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Bench.Chaos;

/// <summary>
/// One job after the other on real processes to which things happen; each must end in the bits of the same job on one worker to which
/// nothing happened. Whatever is waited for is waited for within a bound.
/// </summary>
/// <param name="options">What.</param>
/// <param name="folder">Where everything lies.</param>
/// <param name="tally">Counts, and takes the faults.</param>
/// <param name="say">Takes lines for people.</param>
internal sealed class ChaosRun(ChaosOptions options, string folder, ChaosTally tally, Action<string> say)
{
    /// <summary>A job that has nothing new to tell for so long hangs.</summary>
    private static readonly TimeSpan HangBound = TimeSpan.FromSeconds(60);

    /// <summary>One that is left alone is joined by others before the next trouble, if they come by then.</summary>
    private static readonly TimeSpan AloneBound = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan UndisturbedBound = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>One job in so many continues the undisturbed one, from this step on.</summary>
    private const int ContinuedEvery = 3;

    private const int ContinuedStep = 150;

    private readonly ChaosPlan plan = new(options.Seed, options.KillsSilo);
    private readonly Dictionary<int, (string JobId, JobResult Result, IReadOnlyList<JobMetric> Metrics)> undisturbed = [];
    private readonly List<string> jobs = [];

    /// <summary>Runs to the end, stops everything, and looks for what is left. Faults are in the tally.</summary>
    public async Task RunAsync()
    {
        ChaosJobs.WriteText(folder);
        using var driver = new FaultDriver(folder);
        using var cluster = await FaultCluster.StartAsync(folder, workers: 0, driver);
        var fleet = new WorkerFleet(folder, cluster.Client.Silo, driver.Path);
        fleet.Start(options.Workers);
        try
        {
            await FaultCluster.UntilAsync($"{options.Workers} workers register", HangBound, async () => (await cluster.Client.GetWorkersAsync()).Count == options.Workers);
            await RunAsync(cluster, new Mischief(cluster, driver, fleet, tally, say));
        }
        catch (Exception fault) when (fault is TimeoutException or SeqClusterException)
        {
            tally.Faults.Add(string.Join('\n', fleet.Names.Select(name => $"{name} said last:\n{fleet.Tail(name)}").Prepend(fault.Message)));
        }

        await fleet.StopAsync();
        await cluster.StopAsync();
        tally.Faults.AddRange(fleet.Faults);
        tally.Faults.AddRange(Leftovers.Find(folder, driver.Path, jobs, cluster.Client.Silo));
    }

    private async Task RunAsync(FaultCluster cluster, Mischief mischief)
    {
        foreach (var (replicas, _) in options.Sizes)
        {
            var id = await SubmitAsync(cluster, replicas, [$"checkpoints.keepEverySteps={ContinuedStep}"]);
            var job = await cluster.UntilAsync(id, "completes undisturbed", UndisturbedBound, static job => job.IsFinal());
            var result = job.Result ?? throw new TimeoutException($"{id} is {job.State}, and nothing had been done to it: {job.Reason}");
            using var metrics = new MetricsReader(cluster.Client.Silo, id);
            undisturbed[replicas] = (id, result, await metrics.AllAsync());
            await AuditAsync(cluster, id);
            say($"{id} R={replicas} undisturbed on one worker: weights {result.WeightsSha256}, state {result.StateSha256}");
        }

        var began = Stopwatch.GetTimestamp();
        for (var number = 0; Stopwatch.GetElapsedTime(began) < options.Length && tally.Faults.Count == 0; number++)
        {
            var (replicas, workers) = options.Sizes[number % options.Sizes.Count];
            string[] start = number % ContinuedEvery == 1 ? [$"start.checkpoint={undisturbed[replicas].JobId}@{ContinuedStep}", "start.continues=true"] : [];
            var id = await SubmitAsync(cluster, replicas, [$"workers.max={workers}", .. start]);
            await DisturbAsync(cluster, mischief, id, workers, began);
        }

        await mischief.EndAsync();
    }

    private async Task<string> SubmitAsync(FaultCluster cluster, int replicas, string[] overrides)
    {
        var id = (await cluster.Client.SubmitAsync(ChaosJobs.Of(folder, options, replicas, overrides))).JobId;
        jobs.Add(id);
        return id;
    }

    private async Task DisturbAsync(FaultCluster cluster, Mischief mischief, string id, int limit, long began)
    {
        var workers = new HashSet<int>();
        using var metrics = new MetricsReader(cluster.Client.Silo, id);
        var (last, lastAt, quietUntil, aloneSince) = ("", Stopwatch.GetTimestamp(), TimeSpan.Zero, Stopwatch.GetElapsedTime(began));
        while (true)
        {
            var job = await cluster.Client.GetJobAsync(id);
            if (job.IsFinal())
            {
                await CompareAsync(cluster, job, workers, metrics);
                return;
            }

            if ($"{job.State} {job.Attempt} {job.Generation} {job.Step}" is var now && now != last)
            {
                (last, lastAt) = (now, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(lastAt) > HangBound)
            {
                throw new TimeoutException($"{id} hangs: {job.State}, {job.Reason}; nothing new for {HangBound.TotalSeconds:0} s\n{await cluster.EventsAsync(id)}");
            }

            if (job.State == JobState.Running)
            {
                workers.Add(job.Members.Count);
            }

            var elapsed = Stopwatch.GetElapsedTime(began);
            aloneSince = job.Members.Count > 1 ? elapsed : aloneSince;
            var mayBeJoined = job.Members.Count == 1 && elapsed - aloneSince < AloneBound;
            if (job.State == JobState.Running && job.Step > 0 && !mayBeJoined && elapsed >= quietUntil && elapsed < options.Length)
            {
                quietUntil = await DisturbAsync(mischief, job, limit) + Stopwatch.GetElapsedTime(began);
            }

            await Task.Delay(LookInterval, TimeProvider.System, CancellationToken.None);
        }
    }

    // How long to leave it in peace.
    private async Task<TimeSpan> DisturbAsync(Mischief mischief, JobStatus job, int limit)
    {
        var trouble = plan.Next();
        if (await mischief.DoAsync(job, limit, trouble))
        {
            return trouble.Quiet;
        }

        if (trouble.Kind == TroubleKind.KillAtPoint)
        {
            plan.PutBack(trouble.Point);
        }

        return TimeSpan.Zero;
    }

    private async Task CompareAsync(FaultCluster cluster, JobStatus job, IReadOnlyCollection<int> workers, MetricsReader metrics)
    {
        var replicas = job.Spec.Workers.Replicas;
        var (_, expected, all) = undisturbed[replicas];
        var begun = job.Spec.Start.Taken?.Step ?? 0;
        var due = all.Where(metric => metric.Step > begun).ToList();
        var events = await cluster.Client.GetEventsAsync(job.JobId);
        var generations = events.Count(static one => one.Kind == "generation.formed");
        if (job.Result is not { } result)
        {
            tally.Faults.Add($"{job.JobId} is {job.State}: {job.Reason}\n{await cluster.EventsAsync(job.JobId)}");
            return;
        }

        say($"{job.JobId} R={replicas} completed{(begun > 0 ? $" from step {begun} on" : "")}: {job.Attempt} attempts, {generations} generations, weights {result.WeightsSha256}, state {result.StateSha256}");
        if ((result.WeightsSha256, result.StateSha256, result.ValidationLoss) != (expected.WeightsSha256, expected.StateSha256, expected.ValidationLoss))
        {
            tally.Faults.Add(
                $"{job.JobId}: weights {result.WeightsSha256}, state {result.StateSha256}, validation loss {result.ValidationLoss}; "
                + $"undisturbed: {expected.WeightsSha256}, {expected.StateSha256}, {expected.ValidationLoss}\n{await cluster.EventsAsync(job.JobId)}");
            return;
        }

        var found = await metrics.AllAsync();
        if (MetricsReader.Differences(due, found) is { Count: > 0 } differences)
        {
            tally.Faults.Add($"{job.JobId}, metrics as a stream brought them:\n{string.Join('\n', differences)}\n{await cluster.EventsAsync(job.JobId)}");
        }

        tally.Metrics += found.Count;
        await AuditAsync(cluster, job.JobId);
        tally.Jobs.Add(new ChaosOutcome(replicas, generations, job.Attempt, workers, result.WeightsSha256, result.StateSha256, begun > 0));
    }

    private async Task AuditAsync(FaultCluster cluster, string id)
    {
        var audit = await AuditRun.OfAsync(folder, cluster.Client.Silo, id);
        if (!audit.IsPassed)
        {
            tally.Faults.Add($"{id}: the audit failed: {audit.Said}\n{await cluster.EventsAsync(id)}");
            return;
        }

        tally.Audits++;
        tally.Superseded += audit.Superseded;
        tally.MicroBatches += audit.MicroBatches;
    }
}
