using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>A real silo process with real worker processes, on a store of its own; all gone, and checked to be gone, at the end.</summary>
public sealed class Cluster : IDisposable
{
    /// <summary>Nothing in these tests takes longer, on however slow a machine.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private const string Ready = "silo ready ";

    private readonly string folder = Directory.CreateTempSubdirectory("seqcluster-e2e-").FullName;
    private readonly List<Process> ownWorkers = [];
    private readonly Channel<string> said = Channel.CreateUnbounded<string>();
    private Process silo;

    /// <param name="workers">Worker processes.</param>
    /// <param name="more">Further words for the silo.</param>
    public Cluster(int workers, params string[] more)
    {
        Store = Path.Combine(folder, "store");
        (silo, Client) = StartSilo(["--workers", $"{workers}", .. more]);
    }

    /// <param name="store">The folder of its store, which stays.</param>
    /// <param name="workers">Worker processes.</param>
    public Cluster(string store, int workers)
    {
        Store = store;
        (silo, Client) = StartSilo(["--workers", $"{workers}"]);
    }

    private (Process Silo, SeqClusterClient Client) StartSilo(string[] words)
    {
        var process = Start("Silo", ["--store", Store, .. words]);
        var ready = new TaskCompletionSource<string>();
        process.OutputDataReceived += (_, line) => ready.TrySetResult(line.Data ?? "the silo ended");
        process.BeginOutputReadLine();
        Assert.True(ready.Task.Wait(Deadline), "the silo was not ready in time");
        Assert.StartsWith(Ready, ready.Task.Result, StringComparison.Ordinal);
        return (process, new SeqClusterClient(new Uri(ready.Task.Result[Ready.Length..])));
    }

    private static Process Start(string program, IEnumerable<string> arguments, params (string Name, string Value)[] variables)
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        var path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, $"../../{program}", configuration, $"SeqCluster.{program}.dll"));
        var start = new ProcessStartInfo("dotnet", [path, .. arguments, "--parent-pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        Array.ForEach(variables, variable => start.Environment[variable.Name] = variable.Value);
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>What a character model can learn something of.</summary>
    public static IEnumerable<string> TextLines => Enumerable.Range(0, 300).Select(number => $"line {number} of the text");

    public SeqClusterClient Client { get; private set; }

    /// <summary>Process ids of the workers that are not the silo's.</summary>
    public IReadOnlyList<int> OwnWorkers => [.. ownWorkers.Where(worker => !worker.HasExited).Select(worker => worker.Id)];

    /// <summary>The folder of everything that the silo keeps.</summary>
    public string Store { get; }

    /// <summary>A file of text that a character model can learn something of.</summary>
    public string WriteText(string name = "text.txt")
    {
        var path = Path.Combine(folder, name);
        File.WriteAllLines(path, TextLines);
        return path;
    }

    public async Task<JobStatus> SubmitAsync(string file, params string[] overrides) => await Client.SubmitAsync(
        new JobSubmission { Name = "job.yaml", File = file, Overrides = overrides, DataFolder = folder });

    /// <summary>Waits for the event that the job's state, or whatever else, is as wanted.</summary>
    public async Task<JobStatus> UntilAsync(string jobId, string what, Func<JobStatus, bool> holds, TimeSpan? within = null)
    {
        using var late = new CancellationTokenSource(within ?? Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var status = await Client.GetJobAsync(jobId);
        while (!holds(status))
        {
            Assert.False(late.IsCancellationRequested, $"{jobId} was not '{what}' in time: {status.State}, {status.Reason}");
            await poll.WaitForNextTickAsync();
            status = await Client.GetJobAsync(jobId);
        }

        return status;
    }

    public async Task<JobStatus> FinishAsync(string jobId) => await UntilAsync(jobId, "finished", status => status.IsFinal());

    public async Task AllWorkersAsync(int count)
    {
        using var late = new CancellationTokenSource(Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while ((await Client.GetWorkersAsync()).Count < count)
        {
            Assert.False(late.IsCancellationRequested, $"{count} workers were not there in time");
            await poll.WaitForNextTickAsync();
        }
    }

    /// <summary>Waits until no worker is held by a job.</summary>
    public async Task FreedAsync(string jobId)
    {
        using var late = new CancellationTokenSource(Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await Client.GetWorkersAsync()).Any(account => account.JobId == jobId))
        {
            Assert.False(late.IsCancellationRequested, $"{jobId} still holds workers");
            await poll.WaitForNextTickAsync();
        }
    }

    /// <summary>The generations of a job, and all reports of its steps, superseded ones among them.</summary>
    public async Task<(IReadOnlyList<GenerationRecord> Generations, IReadOnlyList<LedgerStep> Steps)> LedgerAsync(string jobId) =>
        (await Client.GetGenerationsAsync(jobId), await Client.GetStepsAsync(jobId));

    /// <summary>What has happened to a job, for a failure's message.</summary>
    public async Task<string> EventsAsync(string jobId) =>
        string.Join("\n", (await Client.GetEventsAsync(jobId)).Select(one => $"{one.At:mm:ss.fff} {one.Kind}: {one.Message}"));

    /// <summary>The job's checkpoint folders that are on the disk, as references in the order of their steps.</summary>
    public IReadOnlyList<string> CheckpointFolders(string jobId)
    {
        var root = Path.Combine(Store, "checkpoints");
        return [.. Directory.EnumerateDirectories(Path.Combine(root, jobId), "step-*", SearchOption.AllDirectories)
            .OrderBy(Path.GetFileName).Select(folder => Path.GetRelativePath(root, folder))];
    }

    /// <summary>Waits until a whole checkpoint is there that is later than another one.</summary>
    public async Task UntilWrittenAsync(string jobId, string after)
    {
        using var late = new CancellationTokenSource(Deadline);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!CheckpointFolders(jobId).Any(one => !one.EndsWith(".partial", StringComparison.Ordinal) && string.CompareOrdinal(one, after) > 0))
        {
            Assert.False(late.IsCancellationRequested, $"{jobId} wrote no checkpoint after {after} in time");
            await poll.WaitForNextTickAsync();
        }
    }

    /// <summary>Waits until the silo has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> SiloEndedAsync()
    {
        using var late = new CancellationTokenSource(Deadline);
        await silo.WaitForExitAsync(late.Token);
        return silo.ExitCode;
    }

    /// <summary>Process ids of the silo's workers.</summary>
    public IReadOnlyList<int> WorkerProcesses() => ProcessTree.ChildrenOf(silo.Id);

    /// <summary>The process of one of them.</summary>
    public int ProcessOf(string workerId) => WorkerProcesses().Single(process =>
        File.ReadAllText($"/proc/{process}/cmdline").Contains($"--id\0{workerId}\0", StringComparison.Ordinal));

    /// <summary>A worker that outlives the silo, as those of other machines do.</summary>
    /// <param name="id">Its slot.</param>
    /// <param name="variables">Of its environment, besides this process's.</param>
    public void StartWorker(string id, params (string Name, string Value)[] variables) => StartWorker(id, Client.Silo, variables);

    /// <summary>The same, with another way to the silo.</summary>
    public void StartWorker(string id, Uri silo, params (string Name, string Value)[] variables)
    {
        var worker = Start("Worker", ["--silo", $"{silo}", "--id", id], variables);
        worker.BeginOutputReadLine();
        worker.ErrorDataReceived += (_, line) => said.Writer.TryWrite(line.Data ?? "");
        ownWorkers.Add(worker);
    }

    /// <summary>SIGKILL of one of its own workers; the next process takes its slot.</summary>
    public void KillAndReplace(string id)
    {
        var killed = OwnWorker(id);
        killed.Kill();
        killed.WaitForExit();
        StartWorker(id);
    }

    /// <summary>Sends one of its own workers a signal, by name.</summary>
    public void Signal(string id, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{OwnWorker(id).Id}"]);
        kill.WaitForExit();
    }

    private Process OwnWorker(string id) => ownWorkers.Single(worker => !worker.HasExited && worker.StartInfo.ArgumentList.Contains(id));

    /// <summary>Waits until one of its own workers has said these words.</summary>
    public async Task HearAsync(string words)
    {
        using var late = new CancellationTokenSource(Deadline);
        while (!(await said.Reader.ReadAsync(late.Token)).Contains(words, StringComparison.Ordinal))
        {
        }
    }

    /// <summary>Another silo on the store of one that was killed, at the same address.</summary>
    public void RestartSilo()
    {
        var address = Client.Silo.Authority;
        Client.Dispose();
        silo.Dispose();
        (silo, Client) = StartSilo(["--workers", "0", "--listen", address]);
    }

    /// <summary>SIGKILL, as a crash or the kernel would.</summary>
    public void KillSilo()
    {
        silo.Kill();
        silo.WaitForExit();
    }

    public void Dispose()
    {
        foreach (var worker in ownWorkers)
        {
            worker.Kill();
            worker.WaitForExit();
            worker.Dispose();
        }

        var workers = WorkerProcesses().Select(id => Process.GetProcessById(id)).ToList();
        Client.Dispose();
        if (!silo.HasExited)
        {
            using var terminate = Process.Start("kill", ["-TERM", silo.Id.ToString(CultureInfo.InvariantCulture)]);
            Assert.True(silo.WaitForExit(Deadline), "the silo did not stop on SIGTERM");
        }

        foreach (var worker in workers)
        {
            Assert.True(worker.WaitForExit(Deadline), $"worker process {worker.Id} outlived its silo");
            worker.Dispose();
        }

        silo.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
