using System.Diagnostics;
using SeqCluster.Bench.Faults;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Recovery;

/// <summary>
/// One job on W workers that loses one process after the other, each in another phase; its successor joins before the next one dies.
/// Holds the promises meanwhile: nobody else is restarted, no step is lost or done twice, the state is the undisturbed job's.
/// </summary>
internal sealed class RecoveryRun(FaultCluster cluster, FaultDriver driver, StepJournal journal, int workers)
{
    private const int SettledSteps = 10;
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    // A successor dies while it gets the state; the others in a phase of the step, or of what follows it.
    private static readonly FaultPoint[] Phases =
    [
        FaultPoint.Data, FaultPoint.Forward, FaultPoint.Backward, FaultPoint.Reduce, FaultPoint.Gather, FaultPoint.Update,
        FaultPoint.Completed, FaultPoint.Evaluation, FaultPoint.Checkpoint, FaultPoint.Transfer,
    ];

    private readonly List<Kill> kills = [];

    /// <summary>Runs the job.</summary>
    /// <param name="count">Losses.</param>
    /// <param name="told">Hears of each.</param>
    /// <exception cref="InvalidOperationException">A promise was broken.</exception>
    public async Task<IReadOnlyList<Kill>> RunAsync(int count, Action<Kill> told)
    {
        var id = (await cluster.Client.SubmitAsync(RecoveryJob.Of($"workers.max={workers}", $"workers.min={Math.Max(1, workers - 2)}"))).JobId;
        for (var number = 0; kills.Count < count; number++)
        {
            await SettleAsync(id);
            var victim = driver.Find($"local-{number % workers}")!;
            var phase = Phases[number % Phases.Length];
            if (phase == FaultPoint.Checkpoint)
            {
                victim = driver.Find("local-0")!;
            }
            else if (phase == FaultPoint.Transfer)
            {
                driver.OrderNext(victim.WorkerId, new FaultOrder(FaultAction.Kill, FaultPoint.Transfer, 0, 1 + (number % 3)));
            }

            // Some points are met once a step only.
            var diesIn = phase == FaultPoint.Transfer ? FaultPoint.Reduce : phase;
            var arrival = diesIn is FaultPoint.Data or FaultPoint.Forward or FaultPoint.Backward ? 1 + (number % 3) : 1;
            victim.Order(new FaultOrder(FaultAction.Kill, diesIn, journal.Last(victim.ProcessId)!.Step + 2, arrival));
            if (phase == FaultPoint.Transfer)
            {
                await UntilAsync(id, $"the successor of {victim.WorkerId} dials", () => driver.Find(victim.WorkerId) != victim);
                victim = driver.Find(victim.WorkerId)!;
            }

            kills.Add(await MeasureAsync(id, victim, phase));
            told(kills[^1]);
        }

        await SettleAsync(id);
        await CompareAsync(id);
        return kills;
    }

    private async Task<Kill> MeasureAsync(string id, FaultedProcess victim, FaultPoint phase)
    {
        var survivors = driver.Processes.Where(one => one.WorkerId != victim.WorkerId).ToList();
        await UntilAsync(id, $"{victim.WorkerId} dies in {phase}", () => journal.DeathOf(victim.ProcessId) is not null);
        var death = journal.DeathOf(victim.ProcessId)!;
        await UntilAsync(id, $"the others go on without {victim.WorkerId}", () => survivors.All(one => journal.FirstAfter(one.ProcessId, death.Generation) is not null));
        var firsts = survivors.Select(one => journal.FirstAfter(one.ProcessId, death.Generation)!).ToList();
        var recovery = firsts.Max(first => Stopwatch.GetElapsedTime(death.At, first.At).TotalSeconds);

        var generation = firsts[0].Generation;
        await UntilAsync(id, $"the successor of {victim.WorkerId} joins", () => survivors.All(one => journal.FirstAfter(one.ProcessId, generation) is not null));
        if (survivors.Any(one => driver.Find(one.WorkerId) != one))
        {
            throw new InvalidOperationException($"another process than {victim.WorkerId} was restarted\n{await cluster.EventsAsync(id)}");
        }

        return new Kill(workers, $"{phase}".ToLowerInvariant(), recovery, journal.MedianStepSeconds(firsts[0].ProcessId, generation), JoiningOf(survivors, generation));
    }

    private Joining JoiningOf(IReadOnlyList<FaultedProcess> survivors, int before)
    {
        double PauseOf(FaultedProcess one)
        {
            var first = journal.FirstAfter(one.ProcessId, before)!;
            return Stopwatch.GetElapsedTime(journal.Of(one.ProcessId, before)[^1].At, first.At).TotalSeconds - journal.MedianStepSeconds(one.ProcessId, before);
        }

        var after = journal.FirstAfter(survivors[0].ProcessId, before)!.Generation;
        return new Joining(survivors.Max(PauseOf), survivors.Max(one => journal.TransferSeconds(one.ProcessId, after)));
    }

    // All W train in one generation, and have for some steps.
    private Task SettleAsync(string id) => UntilAsync(id, $"{workers} workers train together", () =>
    {
        var last = driver.Processes.Select(one => journal.Last(one.ProcessId)).ToList();
        return last.Count == workers && last.All(one => one is not null) && last.DistinctBy(one => one!.Generation).Count() == 1
            && last.All(one => journal.Of(one!.ProcessId, one.Generation).Count > SettledSteps);
    });

    private async Task UntilAsync(string id, string what, Func<bool> holds)
    {
        try
        {
            await FaultCluster.UntilAsync(what, Bound, () => Task.FromResult(holds()));
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"{late.Message}\n{await cluster.EventsAsync(id)}", late);
        }
    }

    private async Task CompareAsync(string id)
    {
        await cluster.Client.PauseAsync(id);
        var paused = await cluster.UntilAsync(id, "pauses", Bound, job => job.State == JobState.Paused);
        var reached = (await cluster.Client.GetCheckpointsAsync(id))[^1];
        if ((paused.Attempt, reached.Step) != (1, paused.Step) || journal.Fault(reached.Step) is not null)
        {
            throw new InvalidOperationException($"attempt {paused.Attempt}, paused at step {paused.Step} with the checkpoint of {reached.Step}; {journal.Fault(reached.Step)}\n{await cluster.EventsAsync(id)}");
        }

        var alone = (await cluster.Client.SubmitAsync(RecoveryJob.Of($"train.steps={reached.Step}", "workers.max=1", "workers.min=1"))).JobId;
        var undisturbed = await cluster.UntilAsync(alone, "completes", TimeSpan.FromMinutes(20), job => job.IsFinal());
        if ((undisturbed.Result?.WeightsSha256, undisturbed.Result?.StateSha256) != (reached.WeightsSha256, reached.StateSha256))
        {
            throw new InvalidOperationException(
                $"after {reached.Step} steps and {kills.Count} losses: weights {reached.WeightsSha256}, state {reached.StateSha256}; "
                + $"undisturbed: weights {undisturbed.Result?.WeightsSha256}, state {undisturbed.Result?.StateSha256}, {undisturbed.Reason}");
        }
    }
}
