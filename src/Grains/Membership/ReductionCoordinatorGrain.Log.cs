using Microsoft.Extensions.Logging;
using SeqCluster.Contracts.Membership;

namespace SeqCluster.Grains.Membership;

/// <content>What is logged.</content>
public sealed partial class ReductionCoordinatorGrain
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId}, attempt {Attempt}: {State}: {Reason}")]
    private static partial void LogChange(ILogger logger, string jobId, int attempt, AttemptState state, string reason);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Job {JobId}: {WorkerId} reports of attempt {Attempt}, generation {Generation}; at {NowAttempt}, {NowGeneration} that is not its work")]
    private static partial void LogStray(
        ILogger logger, string jobId, string workerId, int attempt, int generation, int nowAttempt, int nowGeneration);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId}: old checkpoints could not be removed; the next one tries again")]
    private static partial void LogTrimFailed(ILogger logger, Exception exception, string jobId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId}: its folder of checkpoints could not be searched for any that nobody told of")]
    private static partial void LogSearchFailed(ILogger logger, Exception exception, string jobId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId}: the slot of {WorkerId} failed; it is asked again")]
    private static partial void LogSlotFailed(ILogger logger, Exception exception, string jobId, string workerId);
}
