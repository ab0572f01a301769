namespace SeqCluster.Grains.Jobs;

/// <summary>An event on its way to the store, which gives it its place in the job's sequence.</summary>
/// <param name="Key">
/// Unique within the job and the same each time this event is offered (<c>job/7</c>): a grain keeps an event until it is
/// stored, so one whose answer was lost comes twice.
/// </param>
/// <param name="At">When it happened, UTC.</param>
/// <param name="Kind">For example <c>job.running</c>.</param>
/// <param name="Message">A sentence.</param>
[GenerateSerializer, Immutable]
public sealed record JobEventDraft(string Key, DateTimeOffset At, string Kind, string Message);
