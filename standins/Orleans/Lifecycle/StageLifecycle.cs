using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Standin.Lifecycle;

/// <summary>Runs its parts stage by stage, those of one stage together; used for silos and for activations.</summary>
internal sealed partial class StageLifecycle(ILogger logger) : ISiloLifecycle
{
    private readonly List<Part> parts = [];
    private int highestStarted = int.MinValue;
    private bool isStarted;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        var part = new Part(observerName, stage, observer, this);
        lock (parts)
        {
            parts.Add(part);
        }

        return part;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (IGrouping<int, Part> stage in Snapshot().GroupBy(part => part.Stage).OrderBy(stage => stage.Key))
        {
            cancellationToken.ThrowIfCancellationRequested();
            isStarted = true;
            highestStarted = stage.Key;
            await Task.WhenAll(stage.Select(part => part.Observer.OnStart(cancellationToken)));
        }
    }

    /// <summary>Stops every stage that was begun; a part that fails is logged and the rest goes on.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!isStarted)
        {
            return;
        }

        isStarted = false;
        IEnumerable<IGrouping<int, Part>> stages = Snapshot()
            .Where(part => part.Stage <= highestStarted)
            .GroupBy(part => part.Stage)
            .OrderByDescending(stage => stage.Key);
        foreach (IGrouping<int, Part> stage in stages)
        {
            await Task.WhenAll(stage.Select(part => StopPartAsync(part, cancellationToken)));
        }
    }

    private async Task StopPartAsync(Part part, CancellationToken cancellationToken)
    {
        try
        {
            await part.Observer.OnStop(cancellationToken);
        }
        catch (Exception exception)
        {
            LogStopFailed(logger, exception, part.Name, part.Stage);
        }
    }

    private Part[] Snapshot()
    {
        lock (parts)
        {
            return [.. parts];
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Part} failed to stop in stage {Stage}")]
    private static partial void LogStopFailed(ILogger logger, Exception exception, string part, int stage);

    private sealed record Part(string Name, int Stage, ILifecycleObserver Observer, StageLifecycle Owner) : IDisposable
    {
        public void Dispose()
        {
            lock (Owner.parts)
            {
                Owner.parts.Remove(this);
            }
        }
    }
}
