using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>A state that is given to a grain's constructor: see <see cref="PersistentStateAttribute"/>.</summary>
public interface IPersistentState<TState> : IStorage<TState>;
