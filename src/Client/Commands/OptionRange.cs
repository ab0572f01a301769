using System.CommandLine;
using System.CommandLine.Parsing;

namespace SeqCluster.Client.Commands;

/// <summary>Ranges of options, told with the value and what is allowed.</summary>
internal static class OptionRange
{
    /// <summary>The silo starts no more workers on one machine.</summary>
    public const int MostWorkers = 256;

    /// <summary>The range of <c>--workers</c>, for every verb that starts them.</summary>
    public static void RequireWorkers<T>(this Option<T> option) =>
        option.Require(value => value is not int count || count is >= 1 and <= MostWorkers, $"must be from 1 to {MostWorkers}");

    /// <summary>Refuses values that do not hold.</summary>
    public static void Require<T>(this Option<T> option, Func<T?, bool> holds, string fault) => option.Validators.Add(value =>
    {
        if (TryGet<T>(value, out var given) && !holds(given))
        {
            value.AddError($"{option.Name} {string.Join(' ', value.Tokens)}: {fault}");
        }
    });

    // What is no number at all is refused by the library, after the validators; asked for it, it throws.
    private static bool TryGet<T>(OptionResult value, out T? given)
    {
        try
        {
            given = value.GetValueOrDefault<T>();
            return true;
        }
        catch (InvalidOperationException)
        {
            given = default;
            return false;
        }
    }
}
