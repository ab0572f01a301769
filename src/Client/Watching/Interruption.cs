namespace SeqCluster.Client.Watching;

/// <summary>What Ctrl-C does to a run. One transition table, no side effects.</summary>
internal enum InterruptionState
{
    /// <summary>No job is at work: there is nothing to be kind to.</summary>
    Idle,

    /// <summary>The job is at work.</summary>
    Working,

    /// <summary>The job was asked to stop; its last words are awaited.</summary>
    Cancelling,

    /// <summary>Everything ends now.</summary>
    Ending,
}

/// <summary>What happens to a run.</summary>
internal enum InterruptionEvent
{
    Submitted,
    Finished,
    CtrlC,
}

/// <summary>What is to be done.</summary>
internal enum InterruptionAction
{
    Nothing,
    CancelJob,
    EndNow,
}

/// <summary>The table.</summary>
internal static class Interruption
{
    public static (InterruptionState State, InterruptionAction Action) Next(InterruptionState state, InterruptionEvent happened) =>
        (state, happened) switch
        {
            (InterruptionState.Idle, InterruptionEvent.Submitted) => (InterruptionState.Working, InterruptionAction.Nothing),
            (InterruptionState.Idle, InterruptionEvent.CtrlC) => (InterruptionState.Ending, InterruptionAction.EndNow),
            (InterruptionState.Working, InterruptionEvent.CtrlC) => (InterruptionState.Cancelling, InterruptionAction.CancelJob),
            (InterruptionState.Cancelling, InterruptionEvent.CtrlC) => (InterruptionState.Ending, InterruptionAction.EndNow),
            (InterruptionState.Working or InterruptionState.Cancelling, InterruptionEvent.Finished) => (InterruptionState.Idle, InterruptionAction.Nothing),
            _ => (state, InterruptionAction.Nothing),
        };
}
