using System.Diagnostics;
using System.Globalization;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Storage;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Grains.Metrics;
using SeqCluster.Silo.Telemetry;
using SeqCluster.Silo.WorkerGateway;

namespace SeqCluster.Silo.LocalWorkers;

/// <summary>One worker process of this machine: keeps it running until it is stopped, and keeps what it prints.</summary>
internal sealed partial class LocalWorkerSlot(
    string workerId, ProcessStartInfo start, ChildStarter starter, WorkerLogFile file, Gateway gateway, IJobLogs logs,
    TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(5);

    /// <summary>Starts the process again and again; when stopped, asks it to end, and kills what has not ended in time.</summary>
    public async Task Run(CancellationToken stop)
    {
        var backoff = new RestartBackoff();
        while (!stop.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            var reason = await RunOnce(stop);
            if (stop.IsCancellationRequested)
            {
                return;
            }

            var wait = backoff.After(time.GetElapsedTime(began));
            LogEnded(logger, workerId, reason, wait.TotalSeconds);
            file.Write($"silo: {reason}; started again in {wait.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s");
            gateway.ProcessEnded(workerId, $"its process ended: {reason}");
            SiloMeters.WorkerRestarts.Add(1);
            await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> RunOnce(CancellationToken stop)
    {
        Process process;
        try
        {
            process = await starter.Start(start);
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            return $"{start.FileName} cannot be started: {fault.Message}";
        }

        using (process)
        {
            file.Write($"silo: started process {process.Id.ToString(CultureInfo.InvariantCulture)}");
            var output = Copy(process.StandardOutput, isError: false);
            var error = Copy(process.StandardError, isError: true);
            try
            {
                await process.WaitForExitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                await End(process);
            }

            // A grandchild may hold the pipes open: what it prints later is not waited for.
            await Task.WhenAny(Task.WhenAll(output, error), Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None));
            return process.ExitCode > 128
                ? $"killed by signal {process.ExitCode - 128}"
                : $"exit code {process.ExitCode}";
        }
    }

    private async Task End(Process process)
    {
        NativeProcess.Terminate(process.Id);
        using var bound = new CancellationTokenSource(StopBound, time);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            LogKilled(logger, workerId, StopBound.TotalSeconds);
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private async Task Copy(StreamReader reader, bool isError)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                file.Write(line);

                // What it logs on purpose comes over the wire; what reaches stderr is what no code could send any more.
                if (isError && gateway.JobOf(workerId) is { Length: > 0 } jobId)
                {
                    var text = line.Length <= WireProtocol.MaximumLogLineLength ? line : line[..WireProtocol.MaximumLogLineLength];
                    await Append(jobId, new JobLogLine(0, time.GetUtcNow(), workerId, text));
                }
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            LogOutputLost(logger, workerId, fault.Message);
        }
    }

    private async Task Append(string jobId, JobLogLine line)
    {
        try
        {
            await logs.Append(jobId, [line]);
        }
        catch (StoreUnavailableException)
        {
            // Its file has the line. Reading must go on: a worker whose pipe is full stands still.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "worker {WorkerId} ended ({Reason}); started again in {WaitS} s")]
    private static partial void LogEnded(ILogger logger, string workerId, string reason, double waitS);

    [LoggerMessage(Level = LogLevel.Warning, Message = "worker {WorkerId} did not end within {BoundS} s and was killed")]
    private static partial void LogKilled(ILogger logger, string workerId, double boundS);

    [LoggerMessage(Level = LogLevel.Warning, Message = "worker {WorkerId}: its output is lost: {Reason}")]
    private static partial void LogOutputLost(ILogger logger, string workerId, string reason);
}
