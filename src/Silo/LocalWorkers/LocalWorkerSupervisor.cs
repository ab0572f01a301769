using System.Diagnostics;
using System.Globalization;
using SeqCluster.Contracts.Access;
using SeqCluster.Grains.Metrics;
using SeqCluster.Processes;
using SeqCluster.Silo.Hosting;
using SeqCluster.Silo.Security;
using SeqCluster.Silo.WorkerGateway;

namespace SeqCluster.Silo.LocalWorkers;

/// <summary>
/// The worker processes that this silo was asked for, named <c>local-0</c>, <c>local-1</c> … None outlives the silo: a clean stop
/// ends them, and against any other end each watches its parent.
/// </summary>
internal sealed class LocalWorkerSupervisor(
    SiloOptions options, Admission admission, Gateway gateway, IJobLogs logs, TimeProvider time, ILogger<LocalWorkerSupervisor> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly ChildStarter starter = new();
    private readonly List<WorkerLogFile> files = [];
    private Task running = Task.CompletedTask;

    /// <summary>Starts them against a silo that listens already.</summary>
    /// <param name="silo">Where they reach it.</param>
    /// <param name="address">By which address workers of other machines reach these.</param>
    /// <param name="command">How they are started.</param>
    public void Start(Uri silo, string address, WorkerCommand command) => running = Task.WhenAll(
        Enumerable.Range(0, options.Workers).Select(index => Slot(index, silo, address, command).Run(stopping.Token)).ToArray());

    /// <summary>Ends them and waits until they are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        starter.Dispose();
        files.ForEach(static file => file.Dispose());
    }

    private LocalWorkerSlot Slot(int index, Uri silo, string address, WorkerCommand command)
    {
        var workerId = string.Create(CultureInfo.InvariantCulture, $"local-{index}");
        var file = new WorkerLogFile(Path.Combine(options.Store, "workers", workerId + ".log"), time);
        files.Add(file);
        var start = new ProcessStartInfo(command.File)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        AllocatorTunables.AddTo(start.Environment);

        // Not as arguments: those are in every list of processes.
        start.Environment[AccessVariables.Token] = admission.Tokens.LocalWorkerToken;
        start.Environment[AccessVariables.Fingerprint] = admission.Certificate?.Fingerprint ?? "";
        start.Environment[AccessVariables.Authority] = "";
        start.Environment.Remove(AccessVariables.ClientToken);
        start.Environment.Remove(AccessVariables.MetricsToken);
        string[] own =
        [
            .. command.Arguments, "--silo", silo.ToString().TrimEnd('/'), "--id", workerId, "--device", DeviceOf(index),
            "--advertise", address, "--ends-with-silo",
            .. options.AllowedAssemblies.SelectMany(static entry => new[] { "--allow-assembly", entry }),
            "--parent-pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        ];
        foreach (var argument in own)
        {
            start.ArgumentList.Add(argument);
        }

        return new LocalWorkerSlot(workerId, start, starter, file, gateway, logs, time, logger);
    }

    // `cuda` is one GPU for each worker, in order.
    private string DeviceOf(int index) =>
        options.Device == "cuda" ? string.Create(CultureInfo.InvariantCulture, $"cuda:{index}") : options.Device;
}
