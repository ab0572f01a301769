namespace SeqCluster.Worker.Control;

/// <summary>The silo does not take this worker's token; asking again does not help.</summary>
/// <param name="reason">What the silo says.</param>
/// <param name="cause">The refused upgrade.</param>
internal sealed class NotLetInException(string reason, Exception cause) : Exception(reason, cause);
