using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using SeqCluster.JobFiles;
using SeqCluster.Processes;
using SeqCluster.Contracts.Access;
using SeqCluster.Silo.LocalWorkers;
using SeqCluster.Silo.Security;
using SeqCluster.Silo.Storage;
using SeqCluster.Silo.Telemetry;
using SeqCluster.Silo.WorkerGateway;

namespace SeqCluster.Silo.Hosting;

/// <summary>A running silo: takes its store, starts grains, API, gateway and workers, and gives all of it back in reverse order.</summary>
public sealed class SiloHost : IAsyncDisposable
{
    private readonly SiloOptions options;
    private readonly StoreLock storeLock;
    private readonly SqliteStore store;
    private readonly WebApplication app;
    private readonly TelemetryExport? telemetry;

    private SiloHost(SiloOptions options, StoreLock storeLock, SqliteStore store, WebApplication app)
    {
        (this.options, this.storeLock, this.store, this.app) = (options, storeLock, store, app);
        telemetry = TelemetryExport.Start();
        var lifetime = app.Lifetime;
        lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<Gateway>().Stop);
        if (options.ParentPid > 0)
        {
            ParentProcess.Watch(options.ParentPid, lifetime.StopApplication);
        }
    }

    /// <summary>Where this machine reaches it.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Where other machines reach it.</summary>
    public Uri PublicUrl { get; private set; } = null!;

    /// <summary>Tokens that this start has made; nobody is told of them again.</summary>
    public IReadOnlyList<NewToken> FreshTokens => Admission.Tokens.Fresh;

    /// <summary>The fingerprint of its certificate, by which clients know it when no authority has signed it; empty without TLS.</summary>
    public string Fingerprint => Admission.Certificate?.Fingerprint ?? "";

    /// <summary>Whether its certificate can be known by the fingerprint only.</summary>
    public bool IsSelfSigned => Admission.Certificate?.IsSelfSigned ?? false;

    /// <summary>Whether it stops because its store was taken away under it.</summary>
    public bool HasLostItsStore => store.Condition.Fault is { Kind: StoreFaultKind.Gone };

    /// <summary>Its services, for tests.</summary>
    public IServiceProvider Services => app.Services;

    private Admission Admission => app.Services.GetRequiredService<Admission>();

    /// <summary>Starts a silo.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="models">What job files may name.</param>
    /// <param name="configure">Further services, for tests.</param>
    /// <exception cref="SiloStartException">It cannot start as asked.</exception>
    /// <exception cref="StoreException">Its store cannot be used.</exception>
    public static async Task<SiloHost> Start(
        SiloOptions options, IReadOnlyList<ModelSettings> models, Action<WebApplicationBuilder>? configure = null)
    {
        options = options with { Store = Path.GetFullPath(options.Store) };
        var workers = Check(options);
        var storeLock = StoreLock.Take(options.Store);
        SqliteStore? store = null;
        SiloHost? host = null;
        try
        {
            store = SqliteStore.Open(options.Store);
            host = new SiloHost(options, storeLock, store, SiloApplication.Build(options, models, store, Admission.Open(options), configure));
            await host.Listen(workers);
            return host;
        }
        catch
        {
            await (host?.DisposeAsync() ?? ValueTask.CompletedTask);
            store?.Dispose();
            storeLock.Dispose();
            throw;
        }
    }

    /// <summary>Completes when the silo is asked to stop, by a signal or by its parent's end.</summary>
    public Task WaitForShutdown()
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Lifetime.ApplicationStopping.Register(() => stopping.TrySetResult());
        return stopping.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        SiloFile.Remove(options.Store);

        // Workers first: they are told over connections that the application is about to close.
        app.Lifetime.StopApplication();
        await app.Services.GetRequiredService<LocalWorkerSupervisor>().DisposeAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        telemetry?.Dispose();
        store.Dispose();
        storeLock.Dispose();
    }

    private static WorkerCommand? Check(SiloOptions options)
    {
        if (!options.Tokens && !IPAddress.IsLoopback(options.Listen.Address))
        {
            throw new SiloStartException($"--listen {options.Listen}: listening beyond this machine needs tokens: start it with 'seqcluster silo', or use 127.0.0.1");
        }

        if (options.Workers == 0)
        {
            return null;
        }

        IReadOnlyList<string> searched = [];
        return options.WorkerCommand ?? WorkerCommand.Find(out searched)
            ?? throw new SiloStartException($"--workers {options.Workers}: the worker program is not there (looked for {string.Join(", ", searched)}): build it, or set SEQCLUSTER_BIN to its folder");
    }

    private async Task Listen(WorkerCommand? workers)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            throw new SiloStartException($"--listen {options.Listen}: the port is in use: give another one, or 0 for any free one", fault);
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            throw new SiloStartException($"--listen {options.Listen}: {fault.Message}", fault);
        }

        var listening = new UriBuilder(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        PublicUrl = new UriBuilder(listening.Uri) { Host = AdvertisedAddress.Of(options) }.Uri;
        Url = new UriBuilder(listening.Uri) { Host = listening.Host switch { "0.0.0.0" => "127.0.0.1", "[::]" => "[::1]", var host => host } }.Uri;
        if (workers is not null)
        {
            app.Services.GetRequiredService<LocalWorkerSupervisor>().Start(Url, PublicUrl.Host, workers);
        }

        new SiloFile(Url.ToString().TrimEnd('/'), Environment.ProcessId).Write(options.Store);
    }
}
