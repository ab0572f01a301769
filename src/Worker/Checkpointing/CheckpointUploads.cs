using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Transfers;
using SeqCluster.Worker.Ledger;
using SeqCluster.Worker.ShardReading;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Checkpointing;

/// <summary>
/// Stands between a run and who reports it: a checkpoint that was written on this machine is told of only when it is permanent at the
/// silo. It is sent while training goes on; one that still waits when the next is written is given up for that one.
/// </summary>
/// <param name="inner">Who reports.</param>
/// <param name="place">Where checkpoints are written.</param>
/// <param name="http">Knows the silo and the token; null where the place is the silo's.</param>
/// <param name="time">Paces repetition.</param>
internal sealed class CheckpointUploads(IRunObserver inner, CheckpointPlace place, HttpClient? http, TimeProvider time) : IRunObserver, IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource cancelled = new();
    private WrittenCheckpoint? waiting;
    private Task sending = Task.CompletedTask;
    private bool isSending;
    private bool isDisposed;
    private string fault = "";

    public StepLedger Ledger => inner.Ledger;

    public void Entered(Assignment generation) => inner.Entered(generation);

    public void Halted(Assignment generation, HeldStep at, int? lostRank, string detail) => inner.Halted(generation, at, lostRank, detail);

    public void Progress(MemberPhase phase, int step) => inner.Progress(phase, step);

    public void Pace(double replicaMs) => inner.Pace(replicaMs);

    public void Metrics(Assignment generation, IReadOnlyList<MetricPoint> points) => inner.Metrics(generation, points);

    public void Log(string text) => inner.Log(text);

    public void CheckpointFailed(int step, string detail) => inner.CheckpointFailed(step, detail);

    public void Checkpoint(WrittenCheckpoint written)
    {
        if (place.IsShared)
        {
            inner.Checkpoint(written);
            return;
        }

        lock (gate)
        {
            if (waiting is { } overtaken)
            {
                inner.CheckpointFailed(overtaken.Step, $"the checkpoint of step {overtaken.Step} is given up: that of step {written.Step} came before it could be sent");
                Remove(overtaken);
            }

            waiting = written;
            if (!isSending)
            {
                isSending = true;
                sending = Task.Run(SendAllAsync);
            }
        }
    }

    /// <summary>Ends what is under way; the run is over. From any thread, also when the run has come to its end by itself.</summary>
    public void Cancel()
    {
        lock (gate)
        {
            if (!isDisposed)
            {
                cancelled.Cancel();
            }
        }
    }

    /// <summary>
    /// Waits until everything is sent, and tells the outcome; a fault in its place when the checkpoint that the run ended with could
    /// not be sent.
    /// </summary>
    public void Ended(RunOutcome outcome)
    {
        sending.GetAwaiter().GetResult();
        inner.Ended(fault.Length > 0 && (outcome.Result is not null || outcome.HasYielded) ? new RunOutcome(null, fault, Retryable: true) : outcome);
    }

    public void Dispose()
    {
        // A run that was aborted does not wait for what it sends, but nothing outlives it.
        cancelled.Cancel();
        sending.GetAwaiter().GetResult();
        http?.Dispose();
        lock (gate)
        {
            isDisposed = true;
            cancelled.Dispose();
        }
    }

    private async Task SendAllAsync()
    {
        while (TakeWaiting() is { } next)
        {
            try
            {
                await SendAsync(next);
                fault = "";
                inner.Checkpoint(next);
            }
            catch (Exception caught) when (caught is TransferException or IOException or UnauthorizedAccessException)
            {
                fault = $"the checkpoint of step {next.Step} could not be sent to the silo: {caught.Message}";
                inner.CheckpointFailed(next.Step, fault);
            }
            catch (OperationCanceledException)
            {
                fault = "stopped while a checkpoint was sent";
            }

            Remove(next);
        }
    }

    private WrittenCheckpoint? TakeWaiting()
    {
        lock (gate)
        {
            var next = cancelled.IsCancellationRequested ? null : waiting;
            waiting = null;
            isSending = next is not null;
            return next;
        }
    }

    private async Task SendAsync(WrittenCheckpoint written)
    {
        var folder = Path.Combine(place.Root, written.Reference);
        var path = CheckpointStore.SiloPathOf(written.Reference);
        var files = Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(FileContent.Of).ToList();
        var upload = new FileUpload(http!, time, inner.Log);
        var progress = new FetchProgress($"sending the checkpoint of step {written.Step}", files.Sum(static file => file.Bytes), inner.Log, time);
        foreach (var file in files)
        {
            await upload.SendAsync($"{path}/{file.Name}?sha256={file.Sha256}", Path.Combine(folder, file.Name), file, progress.Add, cancelled.Token);
        }

        await upload.ConfirmAsync($"{path}:commit", files, cancelled.Token);
        progress.End();
    }

    private void Remove(WrittenCheckpoint written)
    {
        try
        {
            Directory.Delete(Path.Combine(place.Root, written.Reference), recursive: true);
        }
        catch (Exception caught) when (caught is IOException or UnauthorizedAccessException)
        {
            inner.Log($"left on the disk: {caught.Message}");
        }
    }
}
