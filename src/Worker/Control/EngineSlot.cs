using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Workers;
using SeqCluster.Models.Own;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.TrainingLoop;
using TorchSharp;

namespace SeqCluster.Worker.Control;

/// <summary>
/// The one place where a run happens: a dedicated thread for each run, never two at once. A run goes on from generation to
/// generation of its attempt. A run of another attempt or job is aborted and waited for before the next begins, because LibTorch's
/// generator and the data-plane port are one per process.
/// </summary>
/// <param name="listener">Of the data plane.</param>
/// <param name="device">Where models live.</param>
/// <param name="files">Where data and checkpoints come from and go to.</param>
/// <param name="allowed">Assemblies that models may be loaded from; null for none.</param>
internal sealed class EngineSlot(GroupListener listener, torch.Device device, WorkerFiles files, AllowedAssemblies? allowed = null)
{
    private TrainingRun? run;
    private CheckpointUploads? uploads;
    private Task ended = Task.CompletedTask;

    /// <summary>What the present or last run reports; null before the first.</summary>
    public RunReporter? Reporter { get; private set; }

    /// <summary>The silo's last word about the run; null without one.</summary>
    public Assignment? Held { get; private set; }

    /// <summary>Takes the silo's word: the run that there is goes on with it, or another begins after that one has ended.</summary>
    /// <param name="due">What the worker shall do.</param>
    /// <param name="report">Makes the reporter of a new run.</param>
    public async Task TakeAsync(Assignment due, Func<Assignment, RunReporter> report)
    {
        if (GoesOn(Held, ended.IsCompleted, due))
        {
            Held = due;
            run!.Take(due);
            return;
        }

        await StopAsync($"{due.JobId} attempt {due.Attempt} generation {due.Generation} is assigned instead");
        Start(due, report(due));
    }

    /// <summary>Whether a run goes on with what is due; else another one begins.</summary>
    /// <param name="held">The last word that it was given; null without a run.</param>
    /// <param name="hasEnded">Whether it has come to an end that it does not go on from.</param>
    /// <param name="due">What the worker shall do now.</param>
    internal static bool GoesOn(Assignment? held, bool hasEnded, Assignment due) =>
        held is not null && (held.JobId, held.Attempt) == (due.JobId, due.Attempt)
        && (hasEnded ? due.Generation == held.Generation : due.Generation >= held.Generation);

    /// <summary>The run leaves its group, keeps its state, and waits for the silo's next generation; one that is over stays as it is.</summary>
    /// <returns>Whether there was one to stop.</returns>
    public bool Park(string reason)
    {
        if (run is not { } parked || Held is not { } held || Reporter is not { IsOver: false })
        {
            return false;
        }

        parked.Park(held, reason);
        return true;
    }

    /// <summary>Ends the run and forgets it; returns when its thread is done.</summary>
    public async Task StopAsync(string reason)
    {
        if (!ended.IsCompleted)
        {
            run!.Abort(reason);
            uploads!.Cancel();
        }

        await ended;
        run = null;
        Reporter = null;
        Held = null;
    }

    private void Start(Assignment due, RunReporter reporter)
    {
        Reporter = reporter;
        Held = due;
        var reporting = files.Reporting(due, reporter);
        uploads = reporting;
        var next = new TrainingRun(due, listener, device, files, reporting, allowed);
        run = next;
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ended = completion.Task;
        new Thread(() =>
        {
            var outcome = next.Run();
            if (!next.IsAborted)
            {
                reporting.Ended(outcome);
            }

            reporting.Dispose();
            completion.SetResult();
        })
        { IsBackground = true, Name = $"engine {due.JobId}" }.Start();
    }
}
