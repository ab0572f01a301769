namespace SeqCluster.Worker.Checkpointing;

/// <summary>The checkpoint that a run should go on from is missing, unreadable, or not what was committed.</summary>
internal sealed class DamagedCheckpointException(string reference, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Which one.</summary>
    public string Reference { get; } = reference;
}
