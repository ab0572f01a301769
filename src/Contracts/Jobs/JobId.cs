using System.Text.RegularExpressions;

namespace SeqCluster.Contracts.Jobs;

/// <summary>What a job's id looks like: the job's name and six letters. No other text becomes a grain's key.</summary>
public static partial class JobId
{
    /// <summary>Whether a text can be a job's id at all.</summary>
    public static bool IsOne(string text) => Pattern().IsMatch(text);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,39}-[a-z2-7]{6}\z")]
    private static partial Regex Pattern();
}
