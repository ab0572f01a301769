using System.CommandLine;
using System.Text.Json;
using SeqCluster.Bench.Faults;
using SeqCluster.Bench.Measurement;
using SeqCluster.Bench.Training;
using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Recovery;

/// <summary>
/// <c>recovery</c>: from the death of a worker process to the next update on all others, with two, three and four workers, beside
/// torchrun.
/// </summary>
public static class RecoveryCommand
{
    private const string ReportName = "recovery.md";
    private const double PeerFastSeconds = 0.1;

    public static Command Create()
    {
        var kills = new Option<int>("--kills") { Description = "Losses for each number of workers.", DefaultValueFactory = _ => 11 };
        var peerKills = new Option<int>("--peer-kills") { Description = "Losses of torchrun at each monitor interval; 0 leaves it out.", DefaultValueFactory = _ => 5 };
        var python = new Option<string>("--python") { Description = "The interpreter that can import torch.", DefaultValueFactory = _ => Contender.DefaultPython };
        var json = new Option<bool>("--json") { Description = "End with the result as one line of JSON." };
        var command = new Command("recovery", "From the death of a worker to the next update on all others, in every phase of a step, beside torchrun.\n\n"
            + "Example:\n  seqcluster bench recovery --kills 5 --json")
        {
            kills, peerKills, python, json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(kills), parsed.GetValue(peerKills), parsed.GetRequiredValue(python), parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int count, int peerCount, string python, bool json, CancellationToken cancellation)
    {
        if (count < 1 || peerCount < 0)
        {
            Console.Error.WriteLine($"--kills {count}, --peer-kills {peerCount}: must be at least 1 and 0");
            return 2;
        }

        if (peerCount > 0 && await Contender.WhyNoPeerAsync(python, cancellation) is { } reason)
        {
            Console.Error.WriteLine($"{reason}, or leave it out with --peer-kills 0");
            return 2;
        }

        var loadBefore = Machine.Load();
        var kills = new List<Kill>();
        var peers = new List<PeerTimes>();
        try
        {
            foreach (var workers in (int[])[2, 3, 4])
            {
                kills.AddRange(await MeasureAsync(workers, count));
            }

            foreach (var interval in peerCount > 0 ? new double?[] { null, PeerFastSeconds } : [])
            {
                peers.Add(new PeerTimes(interval, await ElasticPeer.RunAsync(python, interval, peerCount)));
                Console.Error.WriteLine($"torchrun, {peers[^1].Name}: {Median.Of(peers[^1].Seconds):0.00} s");
            }
        }
        catch (Exception broken) when (broken is InvalidOperationException or TimeoutException)
        {
            Console.Error.WriteLine(broken.Message);
            return 1;
        }

        var report = RecoveryReport.Markdown(kills, peers, loadBefore);
        await File.WriteAllTextAsync(Repository.ResultPath(ReportName), report, cancellation);
        Console.Out.Write(report);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(RecoveryReport.Json(kills, peers)));
        }

        return 0;
    }

    private static async Task<IReadOnlyList<Kill>> MeasureAsync(int workers, int count)
    {
        var folder = Directory.CreateTempSubdirectory("seqcluster-recovery-").FullName;
        try
        {
            var journal = new StepJournal();
            using var driver = new FaultDriver(
                folder, new FaultOrder(FaultAction.Tell, FaultPoint.Completed, 0, 1), new FaultOrder(FaultAction.Tell, FaultPoint.Transfer, 0, 1));
            driver.Reported += journal.Add;
            using var cluster = await FaultCluster.StartAsync(folder, workers, driver);
            return await new RecoveryRun(cluster, driver, journal, workers).RunAsync(count, kill => Console.Error.WriteLine(
                $"{kill.Workers} workers, killed in {kill.Where}: {kill.RecoverySeconds:0.000} s, a step {kill.StepSeconds:0.000} s; "
                + $"its successor cost {kill.Joining.PauseSeconds:0.000} s, of it the transfer {kill.Joining.TransferSeconds:0.000} s"));
        }
        finally
        {
            RecoveryJob.Remove();
            Directory.Delete(folder, recursive: true);
        }
    }
}
