namespace Orleans.Runtime;

/// <summary>Work that runs when the silo takes calls; a failure stops the start.</summary>
public interface IStartupTask
{
    /// <summary>Does the work.</summary>
    Task Execute(CancellationToken cancellationToken);
}
