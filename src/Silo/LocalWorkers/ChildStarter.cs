using System.Collections.Concurrent;
using System.Diagnostics;

namespace SeqCluster.Silo.LocalWorkers;

/// <summary>
/// Starts child processes from one thread that lives as long as this process. A child asks the kernel to be told of its parent's
/// death (PR_SET_PDEATHSIG), and Linux takes the thread that forked it for its parent: a pool thread that retires would end it.
/// </summary>
internal sealed class ChildStarter : IDisposable
{
    private readonly BlockingCollection<Action> starts = [];

    public ChildStarter()
    {
        new Thread(Run) { IsBackground = true, Name = "child starter" }.Start();
    }

    /// <summary>Starts the process.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The executable cannot be run.</exception>
    public Task<Process> Start(ProcessStartInfo info)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(info)!);
            }
            catch (Exception fault)
            {
                started.SetException(fault);
            }
        });
        return started.Task;
    }

    /// <summary>Ends the thread. Children that still live are told that their parent is gone.</summary>
    public void Dispose() => starts.CompleteAdding();

    private void Run()
    {
        foreach (var start in starts.GetConsumingEnumerable())
        {
            start();
        }
    }
}
