namespace SeqCluster.Tidy.Tests;

/// <summary>One breach of a rule: where, and what to do about it.</summary>
/// <param name="Path">Relative to the repository's root.</param>
/// <param name="Line">Counted from 1; 0 when the fault is the file itself.</param>
/// <param name="Message">What is wrong and the way out.</param>
public sealed record Fault(string Path, int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? $"{Path}: {Message}" : $"{Path}:{Line}: {Message}";

    /// <summary>Fails the test with every fault at once.</summary>
    public static void AssertNone(IEnumerable<Fault> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, string.Join(Environment.NewLine, all));
    }
}
