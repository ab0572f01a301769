using System.CommandLine.Parsing;

namespace SeqCluster.Client.Commands;

/// <summary>The range of <c>--workers</c>, for every verb that starts them.</summary>
internal static class WorkerCount
{
    /// <summary>The silo starts no more on one machine.</summary>
    private const int Limit = 256;

    public static void Check(OptionResult value)
    {
        if (value.GetValueOrDefault<int?>() is < 1 or > Limit)
        {
            value.AddError($"--workers {string.Join(' ', value.Tokens)}: must be from 1 to {Limit}");
        }
    }
}
