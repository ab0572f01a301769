namespace SeqCluster.Grains.Jobs;

/// <summary>What the grain does next on a decision; its outcome is the machine's next input.</summary>
public enum JobEffect
{
    /// <summary>Nothing: wait for a hint or for the next poll.</summary>
    None,

    /// <summary>Ask the scheduler for workers.</summary>
    AskScheduler,

    /// <summary>Have the coordinator start the attempt on the reserved workers.</summary>
    StartAttempt,

    /// <summary>Ask the coordinator where the attempt is.</summary>
    AskCoordinator,

    /// <summary>Ask the scheduler for what is missing or superfluous, tell the coordinator, and ask it where the attempt is.</summary>
    BalanceWorkers,

    /// <summary>Have the coordinator ask the members to yield; asking again says how far they are.</summary>
    AskToYield,

    /// <summary>Stop the attempt, then release the reservation; both may be repeated.</summary>
    FreeWorkers,
}
