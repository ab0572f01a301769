namespace SeqCluster.Client.Tests;

/// <summary>Presses Ctrl-C as soon as a request of a certain path has come.</summary>
internal sealed class InterruptAfter : IDisposable
{
    private readonly Timer timer;

    public InterruptAfter(ClientRun run, FakeSilo silo, string path)
    {
        var done = 0;
        timer = new Timer(
            _ =>
            {
                if (silo.Requests.Any(request => request.Contains(path, StringComparison.Ordinal)) && Interlocked.Exchange(ref done, 1) == 0)
                {
                    run.Environment.Interrupts.Raise();
                }
            },
            null,
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(10));
    }

    public void Dispose() => timer.Dispose();
}
