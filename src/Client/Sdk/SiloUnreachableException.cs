namespace SeqCluster.Client.Sdk;

/// <summary>No silo answered: it is not there, was lost, or took too long.</summary>
/// <param name="message">Which silo, what happened, and the way out.</param>
/// <param name="cause">What the network said.</param>
public sealed class SiloUnreachableException(string message, Exception? cause = null) : Exception(message, cause);
