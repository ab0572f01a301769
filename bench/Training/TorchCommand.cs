using System.CommandLine;
using System.Text.Json;
using SeqCluster.Bench.Measurement;

namespace SeqCluster.Bench.Training;

/// <summary><c>torch</c>: the training benchmark's command line.</summary>
public static class TorchCommand
{
    private const int NoPeer = 2;
    private const string ReportName = "torch-binding.md";

    private static readonly Option<bool> Json = new("--json") { Description = "End with the result as one line of JSON." };

    private static readonly Option<string> Python = new("--python")
    {
        Description = "The interpreter that can import torch.",
        DefaultValueFactory = _ => Contender.DefaultPython,
    };

    private static readonly Option<ModelSize> Size = new("--size")
    {
        Description = "The measured configuration, or a small one.",
        DefaultValueFactory = _ => ModelSize.Full,
    };

    public static Command Create()
    {
        var runs = Positive("--runs", "Pairs of processes for each row.", 5);
        var steps = Positive("--steps", "Measured steps of each process.", 6);
        var warmUp = Positive("--warm-up", "Steps of each process before it measures.", 2);
        var output = new Option<string>("--output")
        {
            Description = "Where the report goes.",
            DefaultValueFactory = _ => Repository.ResultPath(ReportName),
        };
        var rows = new Option<string[]>("--rows")
        {
            Description = "Only these tasks.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. Row.All.Select(row => row.Task)],
        };
        rows.AcceptOnlyFromAmong([.. Row.All.Select(row => row.Task)]);

        var command = new Command("torch", "Training steps, operators and start-up against python3-torch, one thread each.\n\n"
            + "Example:\n  SeqCluster.Bench torch --runs 3 --rows transformer add --json")
        {
            runs, steps, warmUp, rows, output, Python, Json, TaskCommand(steps, warmUp), HashCommand(),
        };
        command.SetAction((parsed, cancellation) => CompareAsync(
            new ComparisonOptions(
                [.. Row.All.Where(row => parsed.GetRequiredValue(rows).Contains(row.Task))],
                parsed.GetRequiredValue(runs),
                parsed.GetRequiredValue(warmUp),
                parsed.GetRequiredValue(steps),
                PinnedProcess.LastAllowedCore()),
            parsed.GetRequiredValue(Python),
            parsed.GetRequiredValue(output),
            parsed.GetValue(Json),
            cancellation));
        return command;
    }

    private static Command TaskCommand(Option<int> steps, Option<int> warmUp)
    {
        var task = new Argument<string>("task");
        task.AcceptOnlyFromAmong([.. TorchTask.Names]);
        var command = new Command("task", "One task in this process; prints one line of JSON.") { task, Size, steps, warmUp };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var report = TorchTask.Run(
                parsed.GetRequiredValue(task),
                parsed.GetRequiredValue(Size),
                parsed.GetRequiredValue(warmUp),
                parsed.GetRequiredValue(steps));
            Console.Out.WriteLine(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
        });
        return command;
    }

    private static Command HashCommand()
    {
        var command = new Command("hash", "Are gradients and trained parameters equal to python3-torch's, bit for bit?\n\n"
            + "Example:\n  SeqCluster.Bench torch hash --size small")
        {
            Size, Python, Json,
        };
        command.SetAction((parsed, cancellation) => HashAsync(
            parsed.GetRequiredValue(Size), parsed.GetRequiredValue(Python), parsed.GetValue(Json), cancellation));
        return command;
    }

    private static async Task<int> CompareAsync(
        ComparisonOptions options, string python, string output, bool json, CancellationToken cancellation)
    {
        if (await Contender.WhyNoPeerAsync(python, cancellation) is { } reason)
        {
            Console.Error.WriteLine(reason);
            return NoPeer;
        }

        var loadBefore = Machine.Load();
        Console.Error.WriteLine($"{options.Runs} runs of {options.Rows.Count} rows, a fresh process of each side for each; "
            + "a run of all rows takes about a minute on a quiet machine");
        var comparison = new Comparison(Contender.Peer(python), options, Console.Error.WriteLine);
        var measured = await comparison.RunAsync(cancellation);
        var report = new ComparisonReport(measured, comparison.Descriptions);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
        await File.WriteAllTextAsync(output, report.Markdown(options, loadBefore, Machine.Load()), cancellation);
        Console.Error.WriteLine($"report: {output}");
        Console.Out.Write(report.Table());
        if (json)
        {
            Console.Out.WriteLine(report.Json());
        }

        return 0;
    }

    /// <summary>0: equal; 1: not equal; 2: there is no peer.</summary>
    private static async Task<int> HashAsync(ModelSize size, string python, bool json, CancellationToken cancellation)
    {
        if (await Contender.WhyNoPeerAsync(python, cancellation) is { } reason)
        {
            Console.Error.WriteLine(reason);
            return NoPeer;
        }

        string[] arguments = ["--size", size == ModelSize.Full ? "full" : "small"];
        var core = PinnedProcess.LastAllowedCore();
        var (ours, _) = await Contender.Ours.RunAsync(TorchTask.Hash, arguments, core, cancellation);
        var (peer, _) = await Contender.Peer(python).RunAsync(TorchTask.Hash, arguments, core, cancellation);
        var differences = ours.Models.Zip(peer.Models)
            .SelectMany(pair => pair.First.DifferencesFrom(pair.Second).Select(line => $"{pair.First.Model} {line}")).ToArray();
        foreach (var model in ours.Models)
        {
            Console.Out.WriteLine($"{model.Model}: {model.Parameters.Count} parameters, {model.Overall()}");
        }

        Console.Out.WriteLine(differences.Length == 0 ? "equal bit for bit" : string.Join('\n', differences));
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new { equal = differences.Length == 0, ours = ours.Models, peer = peer.Models }, JsonSerializerOptions.Web));
        }

        return differences.Length == 0 ? 0 : 1;
    }

    private static Option<int> Positive(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{name} = {result.GetValueOrDefault<int>()}: must be at least 1");
            }
        });
        return option;
    }
}
