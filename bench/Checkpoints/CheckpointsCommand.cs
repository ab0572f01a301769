using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SeqCluster.Bench.Faults;
using SeqCluster.Bench.Measurement;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Checkpoints;

/// <summary>
/// <c>checkpoints</c>: what a checkpoint costs the steps beside which it is written, with the model of the torch benchmark's first row. The same
/// job with and without them in turn; from the end of one step to the end of a later one, so that what is between steps counts.
/// </summary>
public static class CheckpointsCommand
{
    private const string ReportName = "checkpoints.md";
    private const int GoalEvery = 50;

    // A multiple of every period that is measured, so that the interval holds a whole number of checkpoints.
    private const int WarmUpPeriods = 2;

    public static Command Create()
    {
        var runs = new Option<int>("--runs") { Description = "Rounds; each measures one job without checkpoints and one with them.", DefaultValueFactory = _ => 5 };
        var every = new Option<int>("--every") { Description = "Steps from checkpoint to checkpoint: few, so that their cost stands out of the noise.", DefaultValueFactory = _ => 4 };
        var count = new Option<int>("--checkpoints") { Description = "Checkpoints in one measurement.", DefaultValueFactory = _ => 8 };
        var json = new Option<bool>("--json") { Description = "End with the result as one line of JSON." };
        var command = new Command("checkpoints", "What writing checkpoints adds to the time of training steps.\n\nExample:\n  seqcluster bench checkpoints --runs 3 --json")
        {
            runs, every, count, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(runs), parsed.GetValue(every), parsed.GetValue(count), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int runs, int every, int count, bool json, CancellationToken cancellation)
    {
        if (runs < 1 || every < 1 || count < 1)
        {
            Console.Error.WriteLine($"--runs {runs}, --every {every}, --checkpoints {count}: must be at least 1");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("seqcluster-checkpoints-").FullName;
        var loadBefore = Machine.Load();
        var (without, with) = (new List<double>(), new List<double>());
        long bytes = 0;
        try
        {
            var ends = new Dictionary<int, long>();
            using var driver = new FaultDriver(folder, new FaultOrder(FaultAction.Tell, FaultPoint.Completed, 0, 1));
            driver.Reported += report =>
            {
                lock (ends)
                {
                    ends[report.Step] = report.At;
                }
            };
            using var cluster = await FaultCluster.StartAsync(folder, 1, driver);
            for (var run = 0; run < runs; run++)
            {
                without.Add((await StepSecondsAsync(cluster, folder, ends, every, count, isOn: false)).Seconds);
                (var seconds, bytes) = await StepSecondsAsync(cluster, folder, ends, every, count, isOn: true);
                with.Add(seconds);
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"round {run + 1}/{runs}: {without[^1] * 1000:0.0} ms a step without, {with[^1] * 1000:0.0} ms with one every {every} ({with[^1] / without[^1] - 1:P2})"));
            }

            await cluster.StopAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        var ratio = PairedRatio.Of(with, without);
        var report = Markdown(runs, every, count, bytes, ratio, loadBefore);
        await File.WriteAllTextAsync(Repository.ResultPath(ReportName), report, cancellation);
        Console.Out.Write(report);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                step_ms_without = ratio.Peer * 1000,
                step_ms_with = ratio.Ours * 1000,
                every,
                added = ratio.Ratio - 1,
                added_every_50 = AddedAt(GoalEvery, every, ratio.Ratio),
            }));
        }

        return 0;
    }

    private static double AddedAt(int wanted, int every, double ratio) => (ratio - 1) * every / wanted;

    private static async Task<(double Seconds, long Bytes)> StepSecondsAsync(
        FaultCluster cluster, string folder, Dictionary<int, long> ends, int every, int count, bool isOn)
    {
        lock (ends)
        {
            ends.Clear();
        }

        var (first, last) = (every * WarmUpPeriods, every * (WarmUpPeriods + count));
        var id = (await cluster.Client.SubmitAsync(Job(folder, last + 1, isOn ? every : 0))).JobId;
        var done = await cluster.UntilAsync(id, "completes", TimeSpan.FromMinutes(10), static status => status.State is JobState.Completed or JobState.Failed or JobState.Cancelled);
        if (done.State != JobState.Completed)
        {
            throw new InvalidOperationException($"{id} is {done.State}: {done.Reason}");
        }

        var written = await cluster.Client.GetCheckpointsAsync(id);
        lock (ends)
        {
            // A stretch of so many steps has one checkpoint. The median stretch, because other programs of the machine make some of them long.
            var stretches = Enumerable.Range(0, count).Select(number => first + (number * every))
                .Select(from => Stopwatch.GetElapsedTime(ends[from], ends[from + every]).TotalSeconds);
            return (Median.Of(stretches) / every, written[^1].SizeBytes);
        }
    }

    private static JobSubmission Job(string folder, int steps, int every)
    {
        // Any text serves: what is measured does not depend on what is learned.
        File.WriteAllLines(Path.Combine(folder, "text.txt"), Enumerable.Range(0, 8_000).Select(static number => $"line {number} of the text, and {number * 7919 % 1013} more"));
        return new JobSubmission
        {
            Name = "checkpoints.yaml",
            DataFolder = folder,
            Overrides = [$"train.steps={steps}", $"train.checkpointEverySteps={every}"],
            File = """
                name: checkpoints
                seed: 1
                model: {kind: transformer-lm, layers: 4, heads: 4, width: 256, block: 128, bias: true, tieWeights: false}
                data: {path: text.txt, tokenizer: byte, validationFraction: 0.02}
                train: {steps: 24, microBatch: 16, optimizer: {kind: adam, learningRate: 1e-3} }
                evaluate: {batches: 1}
                workers: {min: 1, max: 1}
                """,
        };
    }

    private static string Markdown(int runs, int every, int count, long bytes, PairedRatio ratio, double loadBefore) => $"""
        # What a checkpoint costs the steps beside it

        Machine: {Machine.Describe()}.
        Load average before {loadBefore:0.00}, after {Machine.Load():0.00} (1 of the latter is the benchmark's own).

        Decoder-only Transformer, width 256, 4 layers, 4 heads, sequence 128, micro-batch 16, Adam; a checkpoint has {bytes:N0} bytes. One worker of
        one thread; silo, metrics and step reports running; the store on this machine's temporary folder. {runs} alternating rounds; in each
        the median of {count} stretches of {every} steps with one checkpoint in each, after {every * WarmUpPeriods} steps to warm up, from the end of a step
        to the end of a later one: copying the state, and whatever waiting for the writer there is, counts. One is written every {every} steps, so that its cost stands out; every {GoalEvery} it is {GoalEvery / (double)every:0.#} times
        less.

        | | ms a step | added | lowest–highest |
        |---|---|---|---|
        | no checkpoints | {ratio.Peer * 1000:0.0} | | |
        | one every {every} steps | {ratio.Ours * 1000:0.0} | {ratio.Ratio - 1:P2} | {ratio.Lowest - 1:P2}–{ratio.Highest - 1:P2} |
        | one every {GoalEvery} steps (from the line above) | | {AddedAt(GoalEvery, every, ratio.Ratio):P2} | {AddedAt(GoalEvery, every, ratio.Lowest):P2}–{AddedAt(GoalEvery, every, ratio.Highest):P2} |

        A checkpoint costs {(ratio.Ours - ratio.Peer) * every * 1000:0} ms of training time.

        Again: `./seqcluster bench checkpoints`.

        """;
}
