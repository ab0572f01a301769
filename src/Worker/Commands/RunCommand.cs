using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Runtime.InteropServices;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Processes;
using SeqCluster.Worker.Control;
using static TorchSharp.torch;

namespace SeqCluster.Worker.Commands;

/// <summary>The worker process: registers at a silo and does what it is assigned until it is stopped.</summary>
internal sealed class RunCommand : RootCommand
{
    private readonly Option<Uri> silo = new("--silo")
    {
        Description = "URL of any silo of the cluster, for example http://127.0.0.1:7070.",
        Required = true,
        CustomParser = ParseUrl,
    };
    private readonly Option<string> id = new("--id") { Description = "Name of this worker slot; the same name replaces an older process.", Required = true };
    private readonly Option<string> device = new("--device") { Description = "cpu or cuda:N.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<string> dataPlane = new("--data-plane") { Description = "Address that the other workers reach this one at.", DefaultValueFactory = _ => "127.0.0.1" };
    private readonly Option<int?> parent = new("--parent-pid") { Description = "End when this process ends." };

    public RunCommand()
        : base("A SeqCluster worker: trains what its silo assigns.\n\nExample:\n  SeqCluster.Worker --silo http://127.0.0.1:7070 --id host1-0")
    {
        Options.Add(silo);
        Options.Add(id);
        Options.Add(device);
        Options.Add(dataPlane);
        Options.Add(parent);
        SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(silo),
            parsed.GetRequiredValue(id),
            parsed.GetRequiredValue(device),
            parsed.GetRequiredValue(dataPlane),
            parsed.GetValue(parent),
            cancellation));
    }

    private static Uri? ParseUrl(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out var url) && (url.Scheme is "http" or "https"))
        {
            return url;
        }

        argument.AddError($"--silo {argument.Tokens[0].Value}: must be an http or https URL");
        return null;
    }

    private static async Task<int> RunAsync(Uri silo, string id, string device, string dataPlane, int? parent, CancellationToken cancellation)
    {
        if (parent is { } parentId)
        {
            ParentProcess.Watch(parentId, static () => Environment.Exit(0));
        }

        if (Engine.Start(device) is { } problem)
        {
            Console.Error.WriteLine($"worker {id}: {problem}");
            return 2;
        }

        if (!IPAddress.TryParse(dataPlane, out var address))
        {
            Console.Error.WriteLine($"worker {id}: --data-plane {dataPlane}: must be an IP address");
            return 2;
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stopping.Cancel();
        });
        using var listener = new GroupListener(address);
        var identity = new WorkerIdentity(
            id,
            Guid.NewGuid().ToString("N"),
            HostIdentity.Current(),
            device,
            $"{dataPlane}:{listener.Port}",
            Engine.Fingerprint());
        var control = new WorkerControl(
            silo,
            identity,
            new EngineSlot(listener, new Device(device)),
            endsWithSilo: parent is not null,
            TimeProvider.System,
            text => Console.Error.WriteLine($"worker {id}: {text}"));
        return await control.RunAsync(stopping.Token);
    }
}
