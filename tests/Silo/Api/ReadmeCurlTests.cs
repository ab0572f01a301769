using System.Diagnostics;
using System.Text.RegularExpressions;
using SeqCluster.JobFiles;
using SeqCluster.Models;
using SeqCluster.Silo.Hosting;

namespace SeqCluster.Silo.Tests.Api;

/// <summary>What README says of curl is run, line by line and as it stands there, against a silo with tokens.</summary>
public sealed partial class ReadmeCurlTests
{
    private const string Heading = "### By HTTP";

    [Fact]
    public async Task Readme_CurlLines_SubmitWatchSteerAndCancel()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "text.txt"), string.Concat(Enumerable.Repeat("to be or not to be ", 200)));
        await using var host = await SiloHost.Start(
            new SiloOptions { Store = Path.Combine(folder.Path, "store"), Tokens = true },
            [.. ModelCatalog.Settings.Select(model => new ModelSettings(model.Kind, model.Settings, model.DataKinds))]);
        var commands = Commands(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "README.md")));
        Assert.Equal(9, commands.Count(command => command.Contains("curl ", StringComparison.Ordinal)));
        var script = Script(commands)
            .Replace("http://127.0.0.1:7070", host.Url.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("/home/me/books", folder.Path, StringComparison.Ordinal);
        script = ExampleToken().Replace(script, host.FreshTokens[0].Token);

        var said = await Run(script);

        Assert.Matches("\"state\":\"queued\"", said[1]);
        Assert.Contains("event: event", said[2], StringComparison.Ordinal);
        Assert.Contains("event: end\ndata: {\"state\":\"cancelled\"}", said[2], StringComparison.Ordinal);
        Assert.StartsWith("event: end", said[3], StringComparison.Ordinal);
        Assert.Contains("\"wantedWorkers\":1", said[4], StringComparison.Ordinal);
        Assert.Contains("\"state\":\"paused\"", said[5], StringComparison.Ordinal);
        Assert.Contains("\"state\":\"queued\"", said[6], StringComparison.Ordinal);
        Assert.Contains("\"state\":\"cancelled\"", said[7], StringComparison.Ordinal);
        Assert.Contains("seqcluster_job_events_total{kind=\"job.cancelled\"}", said[8], StringComparison.Ordinal);
    }

    // A command begins a line and goes on while it is indented.
    private static List<string> Commands(string readme)
    {
        var section = readme[readme.IndexOf(Heading, StringComparison.Ordinal)..];
        var block = section.Split("```")[1].Trim('\n').Split('\n');
        var commands = new List<string>();
        foreach (var line in block.Where(line => !line.StartsWith("./seqcluster ", StringComparison.Ordinal)))
        {
            if (line.StartsWith(' '))
            {
                commands[^1] += "\n" + line;
            }
            else
            {
                commands.Add(line);
            }
        }

        return commands;
    }

    // Streams end with the job, which a later command ends: they run beside the others.
    private static string Script(IReadOnlyList<string> commands)
    {
        var lines = new List<string> { "set -eu" };
        var (number, following) = (0, 0);
        foreach (var command in commands)
        {
            if (command.StartsWith("curl ", StringComparison.Ordinal))
            {
                var follows = command.Contains("follow=true", StringComparison.Ordinal);
                lines.Add($"{command} --max-time 60 > said-{++number}{(follows ? $" & stream_{following++}=$!" : "")}");
            }
            else
            {
                lines.Add(command);
            }
        }

        lines.AddRange(Enumerable.Range(0, following).Select(index => $"wait $stream_{index}"));
        return string.Join('\n', lines);
    }

    private static async Task<Dictionary<int, string>> Run(string script)
    {
        using var scratch = new TemporaryFolder();
        var start = new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardError = true, WorkingDirectory = scratch.Path };
        using var bash = Process.Start(start)!;
        var errors = await bash.StandardError.ReadToEndAsync(Deadline.Token());
        await bash.WaitForExitAsync(Deadline.Token());
        Assert.True(bash.ExitCode == 0, $"exit code {bash.ExitCode}: {errors}\n{script}");
        return Directory.EnumerateFiles(scratch.Path, "said-*").ToDictionary(file => int.Parse(file.Split("said-")[1]), File.ReadAllText);
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SeqCluster.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"sqc_\w+")]
    private static partial Regex ExampleToken();
}
