namespace SeqCluster.Silo.WorkerGateway;

internal sealed partial class Gateway
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Address}: worker {WorkerId} ({Incarnation}, {Device}) is connected")]
    private static partial void LogConnected(ILogger logger, string address, string workerId, string incarnation, string device);

    [LoggerMessage(Level = LogLevel.Information, Message = "worker {WorkerId}: connection ended: {Reason}")]
    private static partial void LogClosed(ILogger logger, string workerId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address}: a worker's connection was turned away: {Reason}")]
    private static partial void LogTurnedAway(ILogger logger, string address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address}: a second process calls itself worker {WorkerId}, which is connected from {Holder}")]
    private static partial void LogContested(ILogger logger, string workerId, string address, string holder);

    [LoggerMessage(Level = LogLevel.Error, Message = "the grains could not be told that worker {WorkerId} is gone")]
    private static partial void LogNotTold(ILogger logger, string workerId, Exception fault);
}
