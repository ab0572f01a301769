namespace SeqCluster.Silo.LocalWorkers;

/// <summary>How long to wait before a worker that died is started again: doubling, capped, and forgiven after a good while of life.</summary>
internal sealed class RestartBackoff
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan GoodLife = TimeSpan.FromSeconds(10);
    private TimeSpan next = First;

    /// <summary>The wait after a process that lived so long.</summary>
    public TimeSpan After(TimeSpan life)
    {
        if (life >= GoodLife)
        {
            next = First;
        }

        var wait = next;
        next = next * 2 < Cap ? next * 2 : Cap;
        return wait;
    }
}
