namespace SeqCluster.Silo.Tests;

/// <summary>What a test waits for must happen by then; the machine may be slow and shared.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    public static CancellationToken Token() => new CancellationTokenSource(Bound).Token;

    /// <summary>Looks until the condition holds.</summary>
    public static async Task Until(string what, Func<Task<bool>> holds)
    {
        var token = Token();
        while (!await holds())
        {
            Assert.False(token.IsCancellationRequested, $"within {Bound.TotalSeconds} s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }
}
