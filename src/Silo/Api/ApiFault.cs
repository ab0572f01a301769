namespace SeqCluster.Silo.Api;

/// <summary>One fault of a request, an entry of <c>faults</c> in a problem.</summary>
/// <param name="Place">Where it stands: <c>job.yaml:7</c>, <c>--set</c>, or <c>request</c>.</param>
/// <param name="Field">Its path; empty for the whole.</param>
/// <param name="Value">What stands there; null when it is missing.</param>
/// <param name="Message">What is allowed.</param>
/// <param name="Text">All of it in one line.</param>
public sealed record ApiFault(string Place, string Field, string? Value, string Message, string Text);
