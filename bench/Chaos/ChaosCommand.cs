using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SeqCluster.Bench.Chaos;

/// <summary>
/// <c>chaos</c>: things go wrong on real processes, from a seed, and the results must be those of jobs to which nothing happened. Of
/// the checkout, like the benchmarks: it needs silo and worker as they were built here, and processes that take orders to die, which
/// nobody's own cluster should.
/// </summary>
public static class ChaosCommand
{
    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "How long things go wrong; the last job then comes to its end.", DefaultValueFactory = static _ => 10 };
        var seed = new Option<int>("--seed") { Description = "What goes wrong, where and in which order, follows from it.", DefaultValueFactory = static _ => 1 };
        var model = new Option<string>("--model") { Description = "transformer, lstm (its rows carry their state) or wavenet.", DefaultValueFactory = static _ => ChaosJobs.Models[0] };
        model.AcceptOnlyFromAmong([.. ChaosJobs.Models]);
        var strategy = new Option<string>("--strategy") { Description = "allReduce or parameterServer.", DefaultValueFactory = static _ => "allReduce" };
        strategy.AcceptOnlyFromAmong("allReduce", "parameterServer");
        var silo = new Option<bool>("--silo") { Description = "Kill the silo, too, alone and with everything, and start it again on the same store." };
        var json = new Option<bool>("--json") { Description = "End with the result as one line of JSON." };
        var command = new Command("chaos", "Kills, stops, cuts off and scales workers in every phase of their work, compares each job, and every value of its metrics, with the same one undisturbed, and audits it.\n"
            + "Exit code 1 on any difference, hang or leftover.\n\n"
            + "Example:\n  seqcluster chaos --minutes 10 --seed 1")
        {
            minutes, seed, model, strategy, silo, json,
        };
        minutes.Validators.Add(static value =>
        {
            if (value.GetValueOrDefault<double>() is not (> 0 and <= 600))
            {
                value.AddError($"--minutes {string.Join(' ', value.Tokens)}: must be above 0, at most 600");
            }
        });
        command.SetAction((parsed, _) => RunAsync(
            new ChaosOptions(TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed), parsed.GetRequiredValue(model), parsed.GetRequiredValue(strategy), parsed.GetValue(silo)),
            parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(ChaosOptions options, bool json)
    {
        var folder = Directory.CreateTempSubdirectory("seqcluster-chaos-").FullName;
        var tally = new ChaosTally();
        var began = Stopwatch.GetTimestamp();
        await new ChaosRun(options, folder, tally, line => Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"[{Stopwatch.GetElapsedTime(began).TotalSeconds,5:0.0} s] {line}"))).RunAsync();
        Console.Out.WriteLine(tally);
        if (tally.Faults.Count == 0)
        {
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            Console.Out.WriteLine($"store and outputs stay in {folder}; again: seqcluster chaos --minutes {options.Length.TotalMinutes.ToString(CultureInfo.InvariantCulture)} --seed {options.Seed} --model {options.Model} --strategy {options.Strategy}{(options.KillsSilo ? " --silo" : "")}");
        }

        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(tally.Json(options)));
        }

        return tally.Faults.Count == 0 ? 0 : 1;
    }
}
