namespace SeqCluster.Worker.Control;

/// <summary>How long to wait before the next try to reach the silo: doubles from 100 ms to 2 s, less a random part of up to a half.</summary>
internal sealed class Reconnection(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private TimeSpan next = First;

    public TimeSpan Next()
    {
        var wait = next * (1 - (random.NextDouble() / 2));
        next = next * 2 < Longest ? next * 2 : Longest;
        return wait;
    }

    public void Succeeded() => next = First;
}
