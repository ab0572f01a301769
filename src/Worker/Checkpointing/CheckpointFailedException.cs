namespace SeqCluster.Worker.Checkpointing;

/// <summary>A checkpoint that the run may not end without could not be written, again and again.</summary>
internal sealed class CheckpointFailedException(string message, Exception inner) : Exception(message, inner);
