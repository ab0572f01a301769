using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SeqCluster.Kubernetes.Tests;

/// <summary>A pod's program as a process of this machine, with the pod's arguments and variables and nothing of ours.</summary>
internal sealed class PodProcess : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private readonly Process process;
    private readonly StringBuilder said = new();

    public PodProcess(string project, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../..", project, configuration, $"SeqCluster.{project}.dll"));
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("SEQCLUSTER_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Waits until it has said a line with these words, and returns it.</summary>
    public async Task<string> SaysAsync(string words)
    {
        using var late = new CancellationTokenSource(Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var all = Said();
            if (all.Split('\n').FirstOrDefault(line => line.Contains(words, StringComparison.Ordinal)) is { } line)
            {
                return line;
            }

            Assert.False(late.IsCancellationRequested || process.HasExited, $"it did not say '{words}', but: {all}");
            await poll.WaitForNextTickAsync();
        }
    }

    /// <summary>SIGTERM, as the kubelet sends it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(new CancellationTokenSource(Deadline).Token);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private string Said()
    {
        lock (said)
        {
            return said.ToString();
        }
    }

    private void Take(string? line)
    {
        lock (said)
        {
            said.Append(line).Append('\n');
        }
    }
}
