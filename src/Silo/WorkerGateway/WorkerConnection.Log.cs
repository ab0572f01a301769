namespace SeqCluster.Silo.WorkerGateway;

internal sealed partial class WorkerConnection
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "worker {WorkerId}: its clock is {SkewS:0.#} s ahead of the silo's: its log lines are given the silo's time")]
    private static partial void LogSkew(ILogger logger, string workerId, double skewS);

    [LoggerMessage(Level = LogLevel.Error, Message = "worker {WorkerId}: its connection could not be served")]
    private static partial void LogFailed(ILogger logger, string workerId, Exception fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "worker {WorkerId} says: {Line}")]
    private static partial void LogWorkerLine(ILogger logger, string workerId, string line);
}
