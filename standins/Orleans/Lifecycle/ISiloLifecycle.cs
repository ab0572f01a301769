namespace Orleans.Runtime;

/// <summary>The silo's lifecycle.</summary>
public interface ISiloLifecycle : ILifecycleObservable;
