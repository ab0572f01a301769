namespace SeqCluster.Simulation.Tests.Kernel;

/// <summary>Wakes those who wait for anything to change; they look again themselves.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource next = new();

    public Task Next => next.Task;

    public void Beat()
    {
        TaskCompletionSource waiting = next;
        next = new TaskCompletionSource();
        waiting.SetResult();
    }
}
