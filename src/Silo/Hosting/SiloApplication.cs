using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Grains;
using SeqCluster.Grains.Jobs;
using SeqCluster.Grains.Membership;
using SeqCluster.Grains.Metrics;
using SeqCluster.JobFiles;
using SeqCluster.Silo.Api;
using SeqCluster.Silo.Checkpoints;
using SeqCluster.Silo.Datasets;
using SeqCluster.Silo.LocalWorkers;
using SeqCluster.Silo.Security;
using SeqCluster.Silo.Storage;
using SeqCluster.Silo.Telemetry;
using SeqCluster.Silo.Telemetry.Exposition;
using SeqCluster.Silo.Transfers;
using SeqCluster.Silo.WorkerGateway;

namespace SeqCluster.Silo.Hosting;

/// <summary>Puts the parts of the silo together: what is registered, and which path leads where. Starts nothing.</summary>
internal static class SiloApplication
{
    private const string ClusterName = "seqcluster";
    private const int MaximumConnections = 4_096;
    private static readonly TimeSpan ShutdownBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HeadersBound = TimeSpan.FromSeconds(10);

    public static WebApplication Build(
        SiloOptions options, IReadOnlyList<ModelSettings> models, SqliteStore store, Admission admission, Action<WebApplicationBuilder>? configure)
    {
        // Nothing is read from the surroundings: no settings file in the working folder, no ASPNETCORE_ variables.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(SiloApplication).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        AddLogging(builder.Logging);
        AddHttp(builder, options, admission.Certificate);
        AddStores(builder.Services, store);
        AddGrains(builder);
        builder.Services.Configure<MembershipOptions>(membership =>
        {
            membership.CheckpointFolder = Path.Combine(options.Store, "checkpoints");
            membership.StoreMark = StoreMark.Of(membership.CheckpointFolder);
        });
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(admission);
        builder.Services.AddSingleton(admission.Tokens);
        builder.Services.AddSingleton<RefusalLog>();
        builder.Services.AddSingleton<AccessGate>();
        builder.Services.AddSingleton(options.Gateway);
        builder.Services.AddSingleton(models);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Gateway>();
        builder.Services.AddSingleton<GatewayGauges>();
        builder.Services.AddSingleton<MeterCollector>();
        builder.Services.AddSingleton<LocalWorkerSupervisor>();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseWebSockets();
        app.UseMiddleware<AccessGate>();
        app.UseRouting();
        app.MapOpenApi("/openapi.json");
        app.MapProbes();
        MapGuarded(app.MapGroup("").ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden));
        app.Map(WireProtocol.Path, GatewayEndpoint.Serve).ExcludeFromDescription();

        // From the first moment: what is counted before somebody listens is lost.
        app.Services.GetRequiredService<MeterCollector>();
        app.Services.GetRequiredService<GatewayGauges>();
        return app;
    }

    private static void MapGuarded(IEndpointRouteBuilder routes)
    {
        routes.MapJobs();
        routes.MapSteering();
        routes.MapStreams();
        routes.MapLedger();
        routes.MapCluster();
        routes.MapTokens();
        routes.MapDatasets();
        routes.MapShards();
        routes.MapCheckpoints();
        routes.MapMetrics();
    }

    // The output belongs to the ready line; people read the error stream.
    private static void AddLogging(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(LogLevel.Warning);
        logging.AddFilter("SeqCluster", LogLevel.Information);

        // A start that fails is thrown to whoever started us, who tells it in one line; not a second time with its stack.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
    }

    private static void AddHttp(WebApplicationBuilder builder, SiloOptions options, ServerCertificate? certificate)
    {
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseSockets(SocketRules.Set).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ApiLimits.BodyBytes;
            kestrel.Limits.MaxConcurrentConnections = MaximumConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = MaximumConnections;
            kestrel.Limits.RequestHeadersTimeout = HeadersBound;
            kestrel.Listen(options.Listen, listen => SocketRules.Set(listen, certificate));
        });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = ShutdownBound);
        builder.Services.AddRouting();
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ApiExceptionHandler>();
        builder.Services.ConfigureHttpJsonOptions(static json => ApiJson.Configure(json.SerializerOptions));
        builder.Services.AddOpenApi(ApiDescription.Configure);
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<JobSubmissions>();
        builder.Services.AddSingleton<DatasetLibrary>();
        builder.Services.AddSingleton<ShardRegistration>();
        builder.Services.AddSingleton<CheckpointShelf>();
        builder.Services.AddSingleton<StartCheckpoints>();
        builder.Services.AddSingleton<StartUploads>();
        builder.Services.AddSingleton<FileReceiver>();
        builder.Services.AddSingleton<JobStreams>();
    }

    private static void AddStores(IServiceCollection services, SqliteStore store)
    {
        // The instance is the host's: it outlives the application, whose grains write until they have stopped.
        services.AddSingleton(store);
        services.AddSingleton(store.Condition);
        services.AddHostedService<StoreWatch>();
        services.AddSingleton<StoreSignals>();
        services.AddSingleton<SqliteMetricsStore>();
        services.AddSingleton<IMetricsStore>(static provider => new StepTelemetry(provider.GetRequiredService<SqliteMetricsStore>(), provider.GetRequiredService<JobTraces>()));
        services.AddSingleton<IJobLogs, SqliteJobLogs>();
        services.AddSingleton<IJobIndex, SqliteJobIndex>();
        services.AddSingleton<ICheckpointFiles, CheckpointFiles>();
        services.AddSingleton<SqliteJobEvents>();
        services.AddSingleton(static provider => new JobTraces(provider.GetRequiredService<SqliteJobEvents>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IJobEvents>(static provider => provider.GetRequiredService<JobTraces>());
        services.AddSingleton<IReminderTable, SqliteReminderTable>();
    }

    private static void AddGrains(WebApplicationBuilder builder) => builder.UseOrleans(silo =>
    {
        var ports = FreePorts();
        silo.UseLocalhostClustering(ports[0], ports[1], null, ClusterName, ClusterName);
        silo.AddReminders();
        silo.Services.AddGrainStorage(ControlPlane.Storage, static (provider, _) => new SqliteGrainStorage(provider.GetRequiredService<SqliteStore>()));
    });

    // Orleans cannot be asked for port 0. Both are held until both are known, so that they differ.
    private static int[] FreePorts()
    {
        var listeners = new[] { new TcpListener(IPAddress.Loopback, 0), new TcpListener(IPAddress.Loopback, 0) };
        Array.ForEach(listeners, static listener => listener.Start());
        var ports = Array.ConvertAll(listeners, static listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        Array.ForEach(listeners, static listener => listener.Dispose());
        return ports;
    }
}
