using System.Text.Json;
using SeqCluster.Bench.Measurement;

namespace SeqCluster.Bench.Training;

/// <summary>One side of the comparison: a command that runs a task in a fresh process and prints a <see cref="TaskReport"/>.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="File">The program.</param>
/// <param name="Prefix">Its arguments before the task's name.</param>
public sealed record Contender(string Name, string File, IReadOnlyList<string> Prefix)
{
    /// <summary>Debian's Python, where <c>python3-torch</c> is installed.</summary>
    public const string DefaultPython = "/usr/bin/python3";

    /// <summary>This program.</summary>
    public static Contender Ours { get; } =
        new("SeqCluster", Path.Combine(AppContext.BaseDirectory, "SeqCluster.Bench"), ["torch", "task"]);

    /// <summary>PyTorch under <paramref name="python"/>.</summary>
    public static Contender Peer(string python) =>
        new("python3-torch", python, [Path.Combine(AppContext.BaseDirectory, "Training", "python", "run.py")]);

    /// <summary>Why PyTorch cannot be run under <paramref name="python"/>, with the way out; null if it can.</summary>
    public static async Task<string?> WhyNoPeerAsync(string python, CancellationToken cancellation)
    {
        const string WayOut = "install it (apt install python3-torch), or name another interpreter with --python";
        if (!System.IO.File.Exists(python))
        {
            return $"{python}: no such file; {WayOut}";
        }

        var outcome = await PinnedProcess.RunAsync(python, ["-c", "import torch"], null, cancellation);
        return outcome.ExitCode == 0 ? null : $"{python} cannot import torch; {WayOut}";
    }

    /// <summary>Runs one task. The time is from before the process was started to its line of output.</summary>
    /// <exception cref="InvalidOperationException">The process failed; the message has its error stream.</exception>
    public async Task<(TaskReport Report, TimeSpan FirstLineAfter)> RunAsync(
        string task, IEnumerable<string> options, int? core, CancellationToken cancellation)
    {
        var outcome = await PinnedProcess.RunAsync(File, [.. Prefix, task, .. options], core, cancellation);
        if (outcome.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Name}, task {task}: exit code {outcome.ExitCode}\n{outcome.Error}");
        }

        var report = JsonSerializer.Deserialize<TaskReport>(outcome.FirstLine, JsonSerializerOptions.Web)
            ?? throw new InvalidOperationException($"{Name}, task {task}: printed no report");
        return (report, outcome.FirstLineAfter);
    }
}
