using System.Collections.Concurrent;
using System.Diagnostics;

namespace SeqCluster.Hosts.Tests;

/// <summary>A program on a host, with everything that it says.</summary>
public sealed class HostProcess : IDisposable
{
    /// <summary>What is waited for must happen by then; the machine may be slow and shared.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    /// <summary>For what takes as long as it takes.</summary>
    public static readonly TimeSpan Forever = TimeSpan.FromHours(12);

    private readonly ConcurrentQueue<string> lines = new();
    private readonly SemaphoreSlim said = new(0);

    internal HostProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        Process = Process.Start(start)!;
        Process.OutputDataReceived += (_, line) => Take(line.Data);
        Process.ErrorDataReceived += (_, line) => Take(line.Data);
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    public Process Process { get; }

    /// <summary>Output and errors, as they came.</summary>
    public string Text => string.Join('\n', lines);

    /// <summary>The first line that holds a text, said already or soon.</summary>
    public async Task<string> LineAsync(string part)
    {
        using var late = new CancellationTokenSource(Deadline);
        while (true)
        {
            if (lines.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            try
            {
                await said.WaitAsync(late.Token);
            }
            catch (OperationCanceledException fault)
            {
                throw new TimeoutException($"'{part}' was not said within {Deadline.TotalSeconds} s; instead:\n{Text}", fault);
            }
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <param name="bound">Default: <see cref="Deadline"/>.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(TimeSpan? bound = null)
    {
        using var late = new CancellationTokenSource(bound ?? Deadline);
        await Process.WaitForExitAsync(late.Token);
        return Process.ExitCode;
    }

    /// <summary>Ends it as Ctrl-C would; kills it, when that does not help.</summary>
    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Shell.Try("kill", "-INT", $"{Process.Id}");
            if (!Process.WaitForExit(TimeSpan.FromSeconds(20)))
            {
                Process.Kill(entireProcessTree: true);
                Process.WaitForExit();
            }
        }

        Process.Dispose();
        said.Dispose();
    }

    private void Take(string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
            said.Release();
        }
    }
}
