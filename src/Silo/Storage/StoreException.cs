namespace SeqCluster.Silo.Storage;

/// <summary>The store cannot be used: names the file, what is wrong with it, and the way out.</summary>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
