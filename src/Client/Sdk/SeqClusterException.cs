using System.Net;

namespace SeqCluster.Client.Sdk;

/// <summary>The silo answered, and refused. Every fault that it named is in <see cref="Faults"/> and in the message.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="title">The problem in one sentence.</param>
/// <param name="faults">One sentence each; empty when the title says all.</param>
public sealed class SeqClusterException(HttpStatusCode status, string title, IReadOnlyList<string> faults)
    : Exception(faults.Count == 0 ? title : string.Join(Environment.NewLine, faults.Prepend(title)))
{
    /// <summary>The HTTP status of the answer.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>The problem in one sentence.</summary>
    public string Title { get; } = title;

    /// <summary>Every fault, one sentence each.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
