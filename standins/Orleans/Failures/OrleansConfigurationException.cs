namespace Orleans.Runtime;

/// <summary>The silo cannot start as it is configured.</summary>
public sealed class OrleansConfigurationException(string message) : Exception(message);
