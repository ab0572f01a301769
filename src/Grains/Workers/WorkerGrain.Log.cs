using Microsoft.Extensions.Logging;

namespace SeqCluster.Grains.Workers;

/// <content>What is logged.</content>
public sealed partial class WorkerGrain
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {WorkerId}: incarnation {Incarnation} was replaced and is told to leave")]
    private static partial void LogRetired(ILogger logger, string workerId, string incarnation);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {WorkerId}, incarnation {Incarnation}: disconnected: {Reason}")]
    private static partial void LogGone(ILogger logger, string workerId, string incarnation, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {WorkerId}: the push did not go out")]
    private static partial void LogPushFailed(ILogger logger, Exception exception, string workerId);
}
