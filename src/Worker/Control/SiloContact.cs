using SeqCluster.Contracts.Workers;

namespace SeqCluster.Worker.Control;

/// <summary>
/// When the silo last answered, and whether that is too long ago for the work that a worker holds. Only a silo makes generations: members
/// that nobody hears could otherwise train on beside others that took their place. Safe from any thread.
/// </summary>
/// <param name="clock">One that counts suspended time as well.</param>
internal sealed class SiloContact(TimeProvider clock)
{
    private long heardAt = clock.GetTimestamp();

    /// <summary>Since its last word.</summary>
    public TimeSpan Silence => clock.GetElapsedTime(Volatile.Read(ref heardAt));

    /// <summary>The silo has said something.</summary>
    public void Heard() => Volatile.Write(ref heardAt, clock.GetTimestamp());

    /// <summary>Whether a worker that holds this must stop. Who is only invited trains nowhere, and stays prepared.</summary>
    public bool IsTooLongAgo(Assignment held) => !held.Joins && held.OfflineMs > 0 && Silence.TotalMilliseconds > held.OfflineMs;
}
