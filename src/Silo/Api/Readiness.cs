using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Storage;
using SeqCluster.Grains;
using SeqCluster.Silo.Storage;

namespace SeqCluster.Silo.Api;

/// <summary>
/// Whether this silo can serve: it is not stopping, its store takes a write, its grains answer. One check serves everybody who
/// asks within a second, so that an open path cannot keep the disk busy.
/// </summary>
internal sealed partial class Readiness(
    IGrainFactory grains, SqliteStore store, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Readiness> logger)
{
    private static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private Task<string?>? latest;
    private long startedAt;

    /// <summary>null when it is ready, else why not.</summary>
    public Task<string?> Fault()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Task.FromResult<string?>("the silo stops");
        }

        lock (gate)
        {
            if (latest is null || (latest.IsCompleted && time.GetElapsedTime(startedAt) >= Freshness))
            {
                startedAt = time.GetTimestamp();
                latest = Check();
            }

            return latest;
        }
    }

    // What the store's own fault says is for a person who can act, and its log line is the store's.
    private async Task<string?> Check() =>
        store.Condition.Fault?.Text
        ?? await Try("the store does not take writes", store.CheckWritable())
        ?? await Try("the grains do not answer", grains.GetGrain<ISchedulerGrain>(ControlPlane.SchedulerKey).Workers());

    private async Task<string?> Try(string complaint, Task work)
    {
        try
        {
            await work.WaitAsync(AnswerBound, time);
            return null;
        }
        catch (StoreUnavailableException unavailable)
        {
            return unavailable.Message;
        }
        catch (TimeoutException) when (store.StallText is { } stall)
        {
            return stall;
        }
        catch (Exception fault)
        {
            LogNotReady(logger, complaint, fault.Message);
            return complaint;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "not ready: {Complaint}: {Reason}")]
    private static partial void LogNotReady(ILogger logger, string complaint, string reason);
}
