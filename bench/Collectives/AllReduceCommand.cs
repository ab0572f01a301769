using System.CommandLine;
using System.Globalization;

namespace SeqCluster.Bench.Collectives;

/// <summary>The verb <c>bench all-reduce</c>.</summary>
internal static class AllReduceCommand
{
    public static Command Create()
    {
        var workers = new Option<int>("--workers") { Description = "Processes of each engine.", DefaultValueFactory = _ => 2 };
        var engines = new Option<string[]>("--engines")
        {
            Description = "Any of in-place, copying, tcp, gloo; all by default.",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command(
            "all-reduce",
            "All-reduce between processes of this host, beside Gloo.\n\nExample:\n  seqcluster bench all-reduce --workers 4")
        {
            workers,
            engines,
        };
        command.SetAction(parsed => AllReduceBench.Run(
            [parsed.GetRequiredValue(workers).ToString(CultureInfo.InvariantCulture), .. parsed.GetValue(engines) ?? []]));
        return command;
    }
}
