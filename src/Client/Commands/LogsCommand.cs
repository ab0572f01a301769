using System.Globalization;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster logs JOB</c>.</summary>
internal sealed class LogsCommand(ClientEnvironment environment)
    : StreamVerb<JobLogLine>(environment, "logs", "Print what the workers logged for a job.", "seqcluster logs char-lm-x4k2qa --follow")
{
    protected override Task<IReadOnlyList<JobLogLine>> ReadAsync(SeqClusterClient client, string jobId, CancellationToken cancellation) =>
        client.GetLogsAsync(jobId, cancellation: cancellation);

    protected override IAsyncEnumerable<JobLogLine> FollowAsync(SeqClusterClient client, string jobId, CancellationToken cancellation) =>
        client.FollowLogsAsync(jobId, cancellation: cancellation);

    protected override string Text(JobLogLine item) =>
        string.Create(CultureInfo.InvariantCulture, $"{item.At.ToLocalTime():HH:mm:ss.fff}  {item.WorkerId}  {item.Text}");
}
