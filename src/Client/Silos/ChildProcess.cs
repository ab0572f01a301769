using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SeqCluster.Client.Silos;

/// <summary>
/// A program that ends with this one. It runs in a session of its own where the system has <c>setsid</c>: Ctrl-C reaches the
/// client alone, which then decides what happens to its children.
/// </summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int SignalTerminate = 15;
    private const string SessionProgram = "/usr/bin/setsid";
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Process process;
    private readonly TimeProvider time;

    private ChildProcess(Process process, TimeProvider time)
    {
        this.process = process;
        this.time = time;
    }

    public int Id => process.Id;

    public int ExitCode => process.ExitCode;

    /// <summary>Ends when the process does.</summary>
    public Task Exited => process.WaitForExitAsync();

    /// <summary>Starts a program and passes on what it prints, line by line.</summary>
    public static ChildProcess Start(ProcessStartInfo program, IEnumerable<string> arguments, Action<string> onOutput, Action<string> onError, TimeProvider time)
    {
        var start = InOwnSession(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Pass(line.Data, onOutput);
        process.ErrorDataReceived += (_, line) => Pass(line.Data, onError);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process, time);
    }

    /// <summary>Asks it to end, and makes it end when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            kill(process.Id, SignalTerminate);
            using var limit = new CancellationTokenSource(Grace, time);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                KillNow();
                await process.WaitForExitAsync();
            }
        }

        process.Dispose();
    }

    /// <summary>Ends it and its children at once.</summary>
    public void KillNow()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static ProcessStartInfo InOwnSession(ProcessStartInfo program)
    {
        if (!File.Exists(SessionProgram))
        {
            return program;
        }

        // setsid replaces itself by the program: the process id stays the one that we know.
        var start = new ProcessStartInfo(SessionProgram, [program.FileName, .. program.ArgumentList]);
        foreach (var (name, value) in program.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static void Pass(string? line, Action<string> to)
    {
        if (line is not null)
        {
            to(line);
        }
    }

    [LibraryImport("libc")]
    private static partial int kill(int processId, int signal);
}
