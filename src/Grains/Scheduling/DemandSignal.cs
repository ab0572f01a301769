namespace SeqCluster.Grains.Scheduling;

/// <summary>What can happen to a demand.</summary>
public enum DemandSignal
{
    /// <summary>The job asks, for the attempt that is known or the first time.</summary>
    Asked,

    /// <summary>The job asks for a later attempt, or for another number of workers.</summary>
    AskedAnew,

    /// <summary>A question of an earlier attempt comes late.</summary>
    AskedLate,

    /// <summary>It is its turn, and enough workers are free.</summary>
    Chosen,

    /// <summary>A worker that it holds is gone.</summary>
    WorkerLost,

    /// <summary>The job, which has workers, says which of them it uses and how many it wants.</summary>
    Extended,

    /// <summary>The job wants no workers any more.</summary>
    Released,
}
