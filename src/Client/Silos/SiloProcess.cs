using System.Globalization;
using SeqCluster.Client.Commands;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Silos;

/// <summary>A silo with local workers that this client started and that ends with it. What it prints goes to a file.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private const string ReadyLine = "silo ready ";
    private const int KeptLines = 10;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource<Uri> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly Queue<string> lastLines = [];
    private readonly StreamWriter log;
    private readonly TimeProvider time;
    private ChildProcess process = null!;

    private SiloProcess(string store, TimeProvider time)
    {
        Store = store;
        this.time = time;
        LogPath = Path.Combine(store, "silo.log");
        log = new StreamWriter(LogPath) { AutoFlush = true };
    }

    /// <summary>The folder of everything that it keeps.</summary>
    public string Store { get; }

    /// <summary>All that it printed.</summary>
    public string LogPath { get; }

    /// <summary>Ends when the silo does, whatever the reason.</summary>
    public Task Exited => process.Exited;

    /// <summary>Starts it; it comes up while the caller does other things.</summary>
    /// <exception cref="MissingProgramException">It is not built.</exception>
    public static SiloProcess Start(ClientEnvironment environment, string store, int workers, IReadOnlyList<string> allowedAssemblies)
    {
        var program = Executables.Of(environment).Find("Silo");
        var silo = new SiloProcess(store, environment.Time);
        string[] arguments =
        [
            "--listen", "127.0.0.1:0", "--store", store,
            "--workers", workers.ToString(CultureInfo.InvariantCulture),
            "--parent-pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            .. AllowedAssembliesOption.Words(allowedAssemblies, environment),
        ];
        silo.process = ChildProcess.Start(program, arguments, silo.Take, silo.Take, environment.Time);
        return silo;
    }

    /// <summary>Its URL, when it serves.</summary>
    /// <exception cref="SiloUnreachableException">It ended, or took too long; the message has its last words.</exception>
    public async Task<Uri> ReadyAsync(CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(StartTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var first = await Task.WhenAny(ready.Task, process.Exited).WaitAsync(either.Token);
            return first == ready.Task ? await ready.Task : throw Failed($"the silo ended with exit code {process.ExitCode} before it was ready");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failed($"the silo was not ready within {StartTimeout.TotalSeconds:0} s");
        }
    }

    /// <summary>A fault with the silo's last words.</summary>
    public SiloUnreachableException Failed(string what)
    {
        lock (gate)
        {
            return new SiloUnreachableException(string.Join(Environment.NewLine, lastLines.Select(line => "  " + line).Prepend($"{what}; its log is {LogPath}")));
        }
    }

    /// <summary>Ends it and its workers at once.</summary>
    public void KillNow() => process.KillNow();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        lock (gate)
        {
            log.Dispose();
        }
    }

    private void Take(string line)
    {
        if (line.StartsWith(ReadyLine, StringComparison.Ordinal) && Uri.TryCreate(line[ReadyLine.Length..].Trim(), UriKind.Absolute, out var url))
        {
            ready.TrySetResult(url);
        }

        lock (gate)
        {
            lastLines.Enqueue(line);
            if (lastLines.Count > KeptLines)
            {
                lastLines.Dequeue();
            }

            if (log.BaseStream is { CanWrite: true })
            {
                log.WriteLine(line);
            }
        }
    }
}
