using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>The command line as a process, with a home folder of its own.</summary>
internal sealed class ClientProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder said = new();

    public ClientProcess(string home, params string[] words)
    {
        // From its own folder of the artifacts it finds silo and worker beside it.
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Client", configuration, "SeqCluster.Client.dll"));

        // A shell's background job, as which a test may run, ignores SIGINT, and so would all that it starts.
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT", "dotnet", program, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SEQCLUSTER_HOME"] = home;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public string Said
    {
        get
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    /// <summary>Waits until it has said these words.</summary>
    public async Task SaysAsync(string words)
    {
        using var late = new CancellationTokenSource(Cluster.Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!Said.Contains(words, StringComparison.Ordinal))
        {
            Assert.False(late.IsCancellationRequested || process.HasExited, $"it did not say '{words}', but: {Said}");
            await poll.WaitForNextTickAsync();
        }
    }

    /// <summary>SIGINT, as Ctrl-C sends it.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<int> ExitAsync()
    {
        using var late = new CancellationTokenSource(Cluster.Deadline);
        await process.WaitForExitAsync(late.Token);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private void Take(string? line)
    {
        lock (said)
        {
            said.Append(line).Append('\n');
        }
    }
}
