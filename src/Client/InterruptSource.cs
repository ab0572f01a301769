using System.Runtime.InteropServices;

namespace SeqCluster.Client;

/// <summary>Passes Ctrl-C on to whoever deals with it now. Without anybody, the process ends as it would have.</summary>
public sealed class InterruptSource
{
    private readonly Lock gate = new();
    private Action? handler;

    /// <summary>Deals with interrupts until the result is disposed of; the newest one deals first.</summary>
    public IDisposable Handle(Action onInterrupt)
    {
        lock (gate)
        {
            var before = handler;
            handler = onInterrupt;
            return new Handling(this, before);
        }
    }

    /// <summary>An interrupt came.</summary>
    /// <returns>Whether somebody dealt with it.</returns>
    public bool Raise()
    {
        Action? present;
        lock (gate)
        {
            present = handler;
        }

        present?.Invoke();
        return present is not null;
    }

    /// <summary>Takes SIGINT, SIGTERM and SIGHUP of this process.</summary>
    public IDisposable ListenToSignals() => new Registrations(
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = Raise()))]);

    private sealed class Handling(InterruptSource source, Action? before) : IDisposable
    {
        public void Dispose()
        {
            lock (source.gate)
            {
                source.handler = before;
            }
        }
    }

    private sealed class Registrations(IReadOnlyList<IDisposable> all) : IDisposable
    {
        public void Dispose()
        {
            foreach (var one in all)
            {
                one.Dispose();
            }
        }
    }
}
