namespace Orleans.Runtime;

/// <summary>The silo stops: the call was not, or not wholly, executed.</summary>
internal sealed class SiloUnavailableException(string message) : OrleansException(message);
