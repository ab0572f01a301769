using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Chaos;

/// <summary>One thing that goes wrong, as it is drawn from the seed. Whom it meets depends on who is there then.</summary>
/// <param name="Kind">What.</param>
/// <param name="Point">Where in its work the victim is.</param>
/// <param name="Arrival">At which arrival there.</param>
/// <param name="Draw">Chooses among those that are there.</param>
/// <param name="Length">How long it lasts, where it does.</param>
/// <param name="Quiet">Until the next.</param>
internal sealed record Trouble(TroubleKind Kind, FaultPoint Point, int Arrival, int Draw, TimeSpan Length, TimeSpan Quiet);

/// <summary>What can go wrong, or be asked for.</summary>
internal enum TroubleKind
{
    /// <summary>A process dies at a point of its work.</summary>
    KillAtPoint,

    /// <summary>A process is killed from outside, wherever it is.</summary>
    KillAnywhere,

    /// <summary>Two die at once.</summary>
    KillTwo,

    /// <summary>All members die: nobody holds the state.</summary>
    KillAll,

    /// <summary>A process stands still for a while.</summary>
    Stop,

    /// <summary>A member's links break, and it lives on.</summary>
    Cut,

    /// <summary>The silo does not hear a member for a while; its peers do.</summary>
    CutFromSilo,

    /// <summary>The job is given another number of workers.</summary>
    Scale,

    /// <summary>The job is paused and resumed.</summary>
    Pause,

    /// <summary>The silo dies, and comes back on the same store.</summary>
    KillSilo,

    /// <summary>Every process dies, and the silo comes back.</summary>
    KillEverything,
}
