using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Access;
using SeqCluster.Processes;
using SeqCluster.Worker.Control;
using SeqCluster.Worker.Faults;
using SeqCluster.Worker.Pinning;
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
    private readonly Option<string> id = new("--id") { Description = "Name of this worker slot; one live process has it.", Required = true };
    private readonly Option<string> device = new("--device") { Description = "cpu or cuda:N.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<string?> token = new("--token") { Description = $"Worker token of the silo. Better: {AccessVariables.Token}, which no list of processes shows." };
    private readonly Option<string?> authority = new("--ca") { Description = $"PEM file of who signed the silo's certificate. Default: {AccessVariables.Authority}, else the system's." };
    private readonly Option<string?> fingerprint = new("--fingerprint") { Description = $"SHA-256 of the silo's certificate. Default: {AccessVariables.Fingerprint}." };
    private readonly Option<string?> advertise = new("--advertise")
    {
        Description = "Address or name, and a port if it must be a certain one, by which other workers reach this one. Default: the address that faces the silo.",
        HelpName = "ADDR[:PORT]",
    };

    private readonly Option<string> cache = new("--cache")
    {
        Description = "Where what comes from the silo is kept, for all workers of this machine. Default: cache in SEQCLUSTER_HOME.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => DefaultCache(),
    };

    private readonly Option<double> cacheGigabytes = new("--cache-gigabytes")
    {
        Description = "The most for datasets; what was used longest ago goes first.",
        HelpName = "N",
        DefaultValueFactory = _ => 50,
    };

    private readonly Option<string[]> allowAssembly = AllowedAssembliesOption.Create();

    private readonly Option<bool> endsWithSilo = new("--ends-with-silo") { Description = "End when the silo shuts down, instead of waiting for it." };
    private readonly Option<int?> parent = new("--parent-pid") { Description = "End when this process ends." };

    public RunCommand()
        : base("A SeqCluster worker: trains what its silo assigns.\n\nExample:\n  SeqCluster.Worker --silo http://127.0.0.1:7070 --id host1-0")
    {
        Array.ForEach<Option>([silo, id, device, token, authority, fingerprint, advertise, cache, cacheGigabytes, allowAssembly, endsWithSilo, parent], Options.Add);
        cacheGigabytes.Validators.Add(static value =>
        {
            if (value.GetValueOrDefault<double>() is not (> 0 and <= 1e6))
            {
                value.AddError($"--cache-gigabytes {string.Join(' ', value.Tokens)}: must be above 0, at most 1000000");
            }
        });
        SetAction(RunAsync);
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

    private static string DefaultCache()
    {
        var home = Variable("SEQCLUSTER_HOME") is { Length: > 0 } given ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "seqcluster");
        return Path.Combine(home, "cache");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name);

    // What is given as an option counts more than the surroundings, as one whole.
    private SiloAccess Access(ParseResult parsed)
    {
        var (file, pin) = (parsed.GetValue(authority), parsed.GetValue(fingerprint));
        var trust = file is null && pin is null
            ? SiloTrust.Create(Variable(AccessVariables.Authority), Variable(AccessVariables.Fingerprint))
            : SiloTrust.Create(file, pin);
        return new SiloAccess(parsed.GetRequiredValue(silo), parsed.GetValue(token) ?? Variable(AccessVariables.Token) ?? "", trust);
    }

    private WorkerFiles FilesOf(ParseResult parsed, SiloAccess access) => new(
        Path.GetFullPath(parsed.GetRequiredValue(cache)), (long)(parsed.GetValue(cacheGigabytes) * 1e9), access, parsed.GetRequiredValue(id), TimeProvider.System);

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(parent) is { } parentId)
        {
            ParentProcess.Watch(parentId, static () => Environment.Exit(0));
        }

        var workerId = parsed.GetRequiredValue(id);
        void Say(string text) => Console.Error.WriteLine($"worker {workerId}: {text}");
        try
        {
            return await RunAsync(parsed, workerId, Say, cancellation);
        }
        catch (ArgumentException fault)
        {
            Say(fault.Message);
            return 2;
        }
        catch (SocketException fault)
        {
            Say($"--advertise {parsed.GetValue(advertise)}: its port cannot be listened on: {fault.Message}");
            return 2;
        }
    }

    private async Task<int> RunAsync(ParseResult parsed, string workerId, Action<string> say, CancellationToken cancellation)
    {
        FaultPoints.Open(Variable(FaultOrder.SocketVariable), workerId);
        var access = Access(parsed);
        var place = DataPlanePlace.Of(parsed.GetValue(advertise), access.Url);
        var allowed = parsed.Allowed(allowAssembly);
        var engine = parsed.GetRequiredValue(device);
        if (Engine.Start(engine) is { } problem)
        {
            say(problem);
            return 2;
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stopping.Cancel();
        });
        var received = Succession.Received();
        using var listener = received is null
            ? new GroupListener(place.Listen, place.Port)
            : new GroupListener(new SafeSocketHandle(received.Listener, ownsHandle: true));
        var succession = received ?? Succession.First(Guid.NewGuid().ToString("N"), listener.Descriptor, Fingerprints.Read(engine));
        var identity = new WorkerIdentity(
            workerId, succession.Incarnation, HostIdentity.Current(), engine, place.AddressWith(listener.Port), succession.Fingerprints);
        var control = new WorkerControl(
            access,
            identity,
            succession,
            new EngineSlot(listener, new Device(engine), FilesOf(parsed, access), allowed),
            parsed.GetValue(endsWithSilo),
            new SiloContact(new BootClock()),
            TimeProvider.System,
            say);
        return await control.RunAsync(stopping.Token);
    }
}
