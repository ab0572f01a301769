using Microsoft.Extensions.Logging;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Grains.Jobs;

/// <content>What is logged.</content>
public sealed partial class JobGrain
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId}: {From} -> {To}: {Reason}")]
    private static partial void LogChange(ILogger logger, string jobId, JobState from, JobState to, string reason);
}
