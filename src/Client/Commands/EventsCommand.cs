using System.Globalization;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster events JOB</c>.</summary>
internal sealed class EventsCommand(ClientEnvironment environment)
    : StreamVerb<JobEvent>(environment, "events", "List a job's changes of state, with their reasons.", "seqcluster events char-lm-x4k2qa --follow")
{
    protected override Task<IReadOnlyList<JobEvent>> ReadAsync(SeqClusterClient client, string jobId, CancellationToken cancellation) =>
        client.GetEventsAsync(jobId, cancellation: cancellation);

    protected override IAsyncEnumerable<JobEvent> FollowAsync(SeqClusterClient client, string jobId, CancellationToken cancellation) =>
        client.FollowEventsAsync(jobId, cancellation: cancellation);

    protected override string Text(JobEvent item) =>
        string.Create(CultureInfo.InvariantCulture, $"{item.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {item.Kind,-20}  {item.Message}");
}
