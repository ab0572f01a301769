namespace SeqCluster.Silo.Hosting;

/// <summary>The silo cannot start as it was asked to: names the value and the way out.</summary>
public sealed class SiloStartException(string message, Exception? inner = null) : Exception(message, inner);
