using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>A grain asks for a store that is not registered.</summary>
public sealed class BadProviderConfigException(string msg) : OrleansException(msg);
