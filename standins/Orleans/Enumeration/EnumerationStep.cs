namespace Orleans.Standin.Enumeration;

/// <summary>What a grain answers to one request for elements.</summary>
internal sealed record EnumerationStep<T>(EnumerationStatus Status, List<T> Items);

/// <summary>How an enumeration stands after a request.</summary>
internal enum EnumerationStatus
{
    /// <summary>There are elements, and perhaps more.</summary>
    Elements,

    /// <summary>No element came in time: ask again.</summary>
    Pending,

    /// <summary>These were the last elements, if there are any.</summary>
    Completed,

    /// <summary>The activation has no such enumeration.</summary>
    Unknown,
}
