using SeqCluster.Client.Sdk;
using SeqCluster.Client.Silos;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Running;

/// <summary>Does what <see cref="Interruption"/> decides: the first Ctrl-C cancels the job, the next one ends everything.</summary>
internal sealed class RunInterruption(SiloProcess silo, TextWriter error) : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource ending = new();
    private InterruptionState state = InterruptionState.Idle;
    private SeqClusterClient? client;
    private string jobId = "";

    /// <summary>Cancelled when everything is to end now.</summary>
    public CancellationToken Ending => ending.Token;

    public bool WasInterrupted { get; private set; }

    public void Submitted(SeqClusterClient to, string id)
    {
        (client, jobId) = (to, id);
        Next(InterruptionEvent.Submitted);
    }

    public void Finished() => Next(InterruptionEvent.Finished);

    public void Interrupt()
    {
        WasInterrupted = true;
        switch (Next(InterruptionEvent.CtrlC))
        {
            case InterruptionAction.CancelJob:
                error.WriteLine("cancelling the job; Ctrl-C again ends everything at once");
                _ = CancelJobAsync();
                break;
            case InterruptionAction.EndNow:
                EndNow();
                break;
        }
    }

    public void Dispose() => ending.Dispose();

    private InterruptionAction Next(InterruptionEvent happened)
    {
        lock (gate)
        {
            (state, var action) = Interruption.Next(state, happened);
            return action;
        }
    }

    private async Task CancelJobAsync()
    {
        try
        {
            await client!.CancelAsync(jobId, ending.Token);
        }
        catch (Exception fault) when (fault is SiloUnreachableException or SeqClusterException or OperationCanceledException)
        {
            // A silo that cannot be asked is not waited for.
            EndNow();
        }
    }

    private void EndNow()
    {
        ending.Cancel();
        silo.KillNow();
    }
}
