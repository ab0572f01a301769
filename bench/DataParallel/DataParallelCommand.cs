using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SeqCluster.Bench.Measurement;
using SeqCluster.Bench.Training;

namespace SeqCluster.Bench.DataParallel;

/// <summary>
/// <c>data-parallel</c>: two workers against one, and against PyTorch's DistributedDataParallel over Gloo, with the model of the
/// torch benchmark's first row. Linear is twice the tokens per second of one worker with one replica at the same micro-batch.
/// </summary>
public static class DataParallelCommand
{
    private const string ReportName = "data-parallel.md";
    private const int TextBytes = 300_000;

    public static Command Create()
    {
        var runs = new Option<int>("--runs") { Description = "Rounds; each measures one worker, two workers and the peer.", DefaultValueFactory = _ => 5 };
        var steps = new Option<int>("--steps") { Description = "Steps of each job.", DefaultValueFactory = _ => 24 };
        var python = new Option<string>("--python") { Description = "The interpreter that can import torch.", DefaultValueFactory = _ => Contender.DefaultPython };
        var json = new Option<bool>("--json") { Description = "End with the result as one line of JSON." };
        var command = new Command("data-parallel", "Two workers against one, and against python3-torch's DDP, one pinned thread each.\n\n"
            + "Example:\n  seqcluster bench data-parallel --runs 3 --json")
        {
            runs, steps, python, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(runs), parsed.GetValue(steps), parsed.GetRequiredValue(python), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int runs, int steps, string python, bool json, CancellationToken cancellation)
    {
        const int WarmUp = 8;
        if (await Contender.WhyNoPeerAsync(python, cancellation) is { } reason)
        {
            Console.Error.WriteLine(reason);
            return 2;
        }

        if (steps <= WarmUp)
        {
            Console.Error.WriteLine($"--steps {steps}: must be more than the {WarmUp} to warm up");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("seqcluster-bench-").FullName;
        var jobFile = WriteJob(folder);
        var loadBefore = Machine.Load();
        var (one, two, ddp) = (new List<double>(), new List<double>(), new List<double>());
        using (var cluster = await Cluster.StartAsync(folder, cancellation))
        {
            for (var run = 0; run < runs; run++)
            {
                one.Add(await cluster.TokensPerSecondAsync(jobFile, 1, steps, WarmUp, cancellation));
                two.Add(await cluster.TokensPerSecondAsync(jobFile, 2, steps, WarmUp, cancellation));
                ddp.Add(await PeerAsync(python, steps, WarmUp, cancellation));
                Console.Error.WriteLine($"round {run + 1}/{runs}: one worker {one[^1]:N0} tokens/s, two {two[^1]:N0} ({two[^1] / (2 * one[^1]):P1} of linear), DDP {ddp[^1]:N0} ({two[^1] / ddp[^1]:0.000})");
            }
        }

        var linear = PairedRatio.Of(two, [.. one.Select(rate => 2 * rate)]);
        var beside = PairedRatio.Of(two, ddp);
        var report = Markdown(runs, steps, WarmUp, Median.Of(one), linear, beside, loadBefore);
        await File.WriteAllTextAsync(Repository.ResultPath(ReportName), report, cancellation);
        Console.Out.Write(report);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                one_worker_tokens_per_second = Median.Of(one),
                two_workers_tokens_per_second = linear.Ours,
                of_linear = linear.Ratio,
                ddp_tokens_per_second = beside.Peer,
                of_ddp = beside.Ratio,
            }));
        }

        return 0;
    }

    private static async Task<double> PeerAsync(string python, int steps, int warmUp, CancellationToken cancellation)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "DataParallel", "python", "ddp_peer.py");
        var outcome = await PinnedProcess.RunAsync(python, [script, "--steps", $"{steps - warmUp}", "--warm-up", $"{warmUp}"], null, cancellation);
        return outcome.ExitCode == 0
            ? double.Parse(outcome.FirstLine, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{script}: exit code {outcome.ExitCode}\n{outcome.Error}");
    }

    // Any text serves: what is measured does not depend on what is learned.
    private static string WriteJob(string folder)
    {
        var state = 1u;
        var text = string.Create(TextBytes, state, static (characters, seed) =>
        {
            foreach (ref var character in characters)
            {
                seed = (seed * 1_103_515_245) + 12_345;
                character = (char)(' ' + (seed >> 16) % 90);
            }
        });
        File.WriteAllText(Path.Combine(folder, "text.txt"), text);
        var job = Path.Combine(folder, "job.yaml");
        File.WriteAllText(job, """
            name: data-parallel
            seed: 1
            model: {kind: transformer-lm, layers: 4, heads: 4, width: 256, block: 128, bias: true, tieWeights: false}
            data: {path: text.txt, tokenizer: byte, validationFraction: 0.02}
            train:
              steps: 24
              microBatch: 16
              optimizer: {kind: adam, learningRate: 1e-3}
            workers: {min: 1, max: 1}
            """);
        return job;
    }

    private static string Markdown(int runs, int steps, int warmUp, double one, PairedRatio linear, PairedRatio ddp, double loadBefore) => $"""
        # Two workers against one, and against DDP

        Machine: {Machine.Describe()}.
        Load average before {loadBefore:0.00}, after {Machine.Load():0.00} (2 of the latter are the benchmark's own).

        Decoder-only Transformer, width 256, 4 layers, 4 heads, sequence 128, micro-batch 16 a worker, Adam. One thread a worker,
        each pinned to a core; silo, metrics and step reports running. Peer: DistributedDataParallel over Gloo of python3-torch,
        two processes pinned alike. Medians of {runs} alternating rounds; each sample is the median of {steps - warmUp} steps after {warmUp} to warm up.

        | | tokens/s | ratio | lowest–highest |
        |---|---|---|---|
        | one worker, one replica | {one:N0} | | |
        | two workers, two replicas | {linear.Ours:N0} | {linear.Ratio:P1} of linear | {linear.Lowest:P1}–{linear.Highest:P1} |
        | DDP + Gloo, two processes | {ddp.Peer:N0} | ours is {ddp.Ratio:0.000} × | {ddp.Lowest:0.000}–{ddp.Highest:0.000} |

        Again: `./seqcluster bench data-parallel`.

        """;
}
