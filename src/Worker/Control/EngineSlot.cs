using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Workers;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.TrainingLoop;
using TorchSharp;

namespace SeqCluster.Worker.Control;

/// <summary>
/// The one place where a run happens: a dedicated thread for each run, never two at once. An older run is aborted and waited
/// for before the next begins, because LibTorch's generator and the data-plane port are one per process.
/// </summary>
internal sealed class EngineSlot(GroupListener listener, torch.Device device, WorkerFiles files)
{
    private TrainingRun? run;
    private CheckpointUploads? uploads;
    private Task ended = Task.CompletedTask;

    /// <summary>What the present or last run reports; null before the first.</summary>
    public RunReporter? Reporter { get; private set; }

    /// <summary>Begins a run, after the one before it has ended.</summary>
    public async Task StartAsync(Assignment assignment, RunReporter reporter)
    {
        await StopAsync($"{assignment.JobId} attempt {assignment.Attempt} generation {assignment.Generation} is assigned instead");
        Reporter = reporter;
        var reporting = files.Reporting(assignment, reporter);
        uploads = reporting;
        var next = new TrainingRun(assignment, listener, device, files, reporting);
        run = next;
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ended = completion.Task;
        new Thread(() =>
        {
            reporter.Ended(reporting.Complete(next.Run()));
            next.Dispose();
            reporting.Dispose();
            completion.SetResult();
        })
        { IsBackground = true, Name = $"engine {assignment.JobId}" }.Start();
    }

    /// <summary>Asks the run to stop with all other members at a step boundary.</summary>
    public void Yield() => run?.Yield();

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
    }
}
