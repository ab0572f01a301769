using System.CommandLine;

namespace SeqCluster.Bench.Collectives;

/// <summary>The verb <c>bench all-reduce</c>.</summary>
internal static class AllReduceCommand
{
    public static Command Create()
    {
        var workers = new Option<int[]>("--workers")
        {
            Description = "Processes of each engine; several numbers are measured one after the other.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [2, 4],
        };
        var engines = new Option<string[]>("--engines")
        {
            Description = "Some of the engines; all by default, and only then is the report kept.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. AllReduceEngine.Names],
        };
        engines.AcceptOnlyFromAmong([.. AllReduceEngine.Names]);
        var rounds = new Option<int>("--rounds") { Description = "Alternating rounds.", DefaultValueFactory = _ => 5 };
        var command = new Command(
            "all-reduce",
            "All-reduce between processes of this host, beside Gloo and Open MPI.\n\nExample:\n  seqcluster bench all-reduce --workers 4")
        {
            workers,
            engines,
            rounds,
        };
        command.SetAction(parsed => AllReduceBench.Compare(
            parsed.GetRequiredValue(workers), parsed.GetRequiredValue(engines), parsed.GetRequiredValue(rounds)));
        return command;
    }
}
