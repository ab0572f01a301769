namespace Orleans.Runtime;

/// <summary>The grain does not know the enumeration any more: it was deactivated, or not asked for too long.</summary>
public sealed class EnumerationAbortedException(string message) : Exception(message);
