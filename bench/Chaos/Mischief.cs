using System.Collections.Concurrent;
using SeqCluster.Bench.Faults;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Chaos;

/// <summary>Does to a running job what the plan says, and counts what has really happened.</summary>
internal sealed class Mischief
{
    /// <summary>A process that has not come to its point by then is let off.</summary>
    private static readonly TimeSpan PointBound = TimeSpan.FromSeconds(6);

    private const int LooksBetweenQuestions = 10;
    private static readonly TimeSpan PauseBound = TimeSpan.FromSeconds(90);

    private readonly FaultCluster cluster;
    private readonly FaultDriver driver;
    private readonly WorkerFleet fleet;
    private readonly ChaosTally tally;
    private readonly Action<string> say;
    private readonly ConcurrentDictionary<int, FaultReport> done = new();
    private readonly List<Task> lasting = [];

    /// <param name="cluster">Where the jobs run.</param>
    /// <param name="driver">Who gives orders to processes.</param>
    /// <param name="fleet">The processes.</param>
    /// <param name="tally">Counts.</param>
    /// <param name="say">Takes lines for people.</param>
    public Mischief(FaultCluster cluster, FaultDriver driver, WorkerFleet fleet, ChaosTally tally, Action<string> say)
    {
        (this.cluster, this.driver, this.fleet, this.tally, this.say) = (cluster, driver, fleet, tally, say);
        driver.Reported += report => done[report.ProcessId] = report;
    }

    /// <summary>Returns when whoever was stopped goes on.</summary>
    public Task EndAsync() => Task.WhenAll(lasting);

    /// <summary>Does it.</summary>
    /// <param name="job">As it is now.</param>
    /// <param name="limit">The most workers that the job may have.</param>
    /// <param name="trouble">What.</param>
    /// <returns>Whether it happened: a process need not come to its point.</returns>
    public async Task<bool> DoAsync(JobStatus job, int limit, Trouble trouble)
    {
        var members = job.Members.OrderBy(static member => member.Rank).Select(static member => member.WorkerId).Where(IsThere).ToList();
        if (members.Count == 0)
        {
            return false;
        }

        var victim = members[trouble.Point == FaultPoint.Checkpoint ? 0 : trouble.Draw % members.Count];
        switch (trouble.Kind)
        {
            case TroubleKind.KillAtPoint when trouble.Point is FaultPoint.Join or FaultPoint.Transfer:
                return await KillOnTheWayAsync(job, members, victim, trouble);
            case TroubleKind.KillAtPoint:
                return await OrderAsync(job, [victim], FaultAction.Kill, trouble);
            case TroubleKind.KillTwo:
                return await OrderAsync(job, [victim, members[(trouble.Draw + 1) % members.Count]], FaultAction.Kill, trouble);
            case TroubleKind.KillAnywhere:
                Kill(job, victim);
                return true;
            case TroubleKind.KillAll:
                members.ForEach(member => Kill(job, member));
                return true;
            case TroubleKind.Stop:
                return await OrderAsync(job, [victim], FaultAction.Stop, trouble);
            case TroubleKind.Cut:
                return members.Count > 1 && await OrderAsync(job, [victim], FaultAction.Cut, trouble);
            case TroubleKind.CutFromSilo:
                tally.SiloCuts++;
                Say(job, $"{victim} cut off the silo for {trouble.Length.TotalSeconds:0.0} s");
                lasting.Add(CutFromSiloAsync(victim, trouble.Length));
                return true;
            case TroubleKind.KillSilo:
                return await KillSiloAsync(job, trouble.Draw % 2 == 0 ? [] : [victim], trouble.Length);
            case TroubleKind.KillEverything:
                return await KillSiloAsync(job, fleet.Names, trouble.Length);
            case TroubleKind.Scale:
                return await AskAsync(job, $"scaled to {1 + (trouble.Draw % limit)}", () => cluster.Client.ScaleAsync(job.JobId, 1 + (trouble.Draw % limit)), () => tally.Scalings++);
            default:
                return await AskAsync(job, "paused", () => PauseAsync(job.JobId), () => tally.Pauses++);
        }
    }

    // A process that is there and takes orders.
    private bool IsThere(string name) => driver.Find(name) is { } process && process.ProcessId == fleet.ProcessOf(name) && !done.ContainsKey(process.ProcessId);

    private void Kill(JobStatus job, string name)
    {
        fleet.Kill(name);
        tally.Killed(ChaosTally.Anywhere);
        Say(job, $"{name} killed from outside");
    }

    // Workers that die with it are started again at once, and wait for it.
    private async Task<bool> KillSiloAsync(JobStatus job, IReadOnlyList<string> others, TimeSpan away)
    {
        cluster.KillSilo();
        tally.SiloKills++;
        Say(job, $"the silo killed, for {away.TotalSeconds:0} s");
        foreach (var name in others)
        {
            Kill(job, name);
        }

        await Task.Delay(away, TimeProvider.System, CancellationToken.None);
        await cluster.RestartSiloAsync();
        return true;
    }

    // Whoever comes in for one that is killed dies on its way, or one of those that it comes to.
    private async Task<bool> KillOnTheWayAsync(JobStatus job, IReadOnlyList<string> members, string provoked, Trouble trouble)
    {
        var order = new FaultOrder(FaultAction.Kill, trouble.Point, 0, trouble.Arrival);
        var others = members.Where(name => name != provoked).ToList();
        var newcomers = fleet.Names.Where(name => !members.Contains(name) && IsThere(name)).ToList();
        var chosen = trouble.Draw % 3 == 0 && others.Count > 1 ? [others[trouble.Draw % others.Count]] : newcomers;
        if (chosen.Count == 0)
        {
            driver.OrderNext(provoked, order);
        }

        Kill(job, provoked);
        var happened = await OrderAsync(job, chosen, FaultAction.Kill, trouble, [provoked]);
        driver.ForgetNext(provoked);
        return happened;
    }

    private async Task<bool> OrderAsync(JobStatus job, IReadOnlyList<string> names, FaultAction action, Trouble trouble, IReadOnlyList<string>? successorsOf = null)
    {
        var processes = names.Distinct().Select(name => driver.Find(name)!).ToList();
        var fromStep = trouble.Point is FaultPoint.Join or FaultPoint.Transfer ? 0 : job.Step + 1;
        processes.ForEach(process => process.Order(new FaultOrder(action, trouble.Point, fromStep, trouble.Arrival)));
        IEnumerable<FaultedProcess> Concerned() => processes.Concat((successorsOf ?? []).Select(name => driver.Find(name)!));
        try
        {
            var looks = 0;
            await FaultCluster.UntilAsync("a process comes to its point", PointBound, async () =>
                Concerned().Any(process => done.ContainsKey(process.ProcessId))
                || (++looks % LooksBetweenQuestions == 0 && (await cluster.Client.GetJobAsync(job.JobId)).IsFinal()));
        }
        catch (TimeoutException)
        {
            // There need not be an evaluation, say, before the bound.
        }

        var there = Concerned().ToList();
        there.ForEach(static process => process.Clear());
        var reports = there.Select(process => done.GetValueOrDefault(process.ProcessId)).OfType<FaultReport>().ToList();
        reports.ForEach(report => Count(job, report, trouble));
        return reports.Count > 0;
    }

    private void Count(JobStatus job, FaultReport report, Trouble trouble)
    {
        var where = $"{report.Point}".ToLowerInvariant();
        switch (report.Action)
        {
            case FaultAction.Kill:
                tally.Killed(where);
                Say(job, $"{report.WorkerId} killed in {where} of step {report.Step}");
                break;
            case FaultAction.Stop:
                tally.Stops++;
                Say(job, $"{report.WorkerId} stopped for {trouble.Length.TotalSeconds:0.0} s in {where} of step {report.Step}");
                lasting.Add(ContinueAsync(report.ProcessId, trouble.Length));
                break;
            default:
                tally.Cuts++;
                Say(job, $"{report.WorkerId} cut off its peers in {where} of step {report.Step}");
                done.TryRemove(report.ProcessId, out _);
                break;
        }
    }

    private async Task ContinueAsync(int process, TimeSpan after)
    {
        await Task.Delay(after, TimeProvider.System, CancellationToken.None);
        WorkerFleet.Continue(process);
        done.TryRemove(process, out _);
    }

    private async Task CutFromSiloAsync(string name, TimeSpan length)
    {
        fleet.LinkOf(name).Cut();
        await Task.Delay(length, TimeProvider.System, CancellationToken.None);
        fleet.LinkOf(name).Mend();
    }

    private async Task<bool> AskAsync(JobStatus job, string what, Func<Task> ask, Action count)
    {
        try
        {
            await ask();
        }
        catch (SeqClusterException)
        {
            // It has ended meanwhile.
            return false;
        }

        count();
        Say(job, what);
        return true;
    }

    private async Task PauseAsync(string id)
    {
        await cluster.Client.PauseAsync(id);
        await cluster.UntilAsync(id, "pauses", PauseBound, static job => job.State == JobState.Paused || job.IsFinal());
        await cluster.Client.ResumeAsync(id);
    }

    private void Say(JobStatus job, string what) =>
        say($"{job.JobId} R={job.Spec.Workers.Replicas} W={job.Members.Count} attempt {job.Attempt} generation {job.Generation} step {job.Step}/{job.Steps}: {what} ({tally.KillCount} kills)");
}
