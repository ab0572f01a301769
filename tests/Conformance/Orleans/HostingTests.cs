using System.Net;
using System.Reflection;
using System.Reflection.Emit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization.Configuration;

namespace SeqCluster.OrleansConformance;

/// <summary>Start, stop, and what a silo refuses to start with.</summary>
public sealed class HostingTests
{
    /// <summary>No grain contract: it is only given to the check.</summary>
    public interface IUnannotatedContract
    {
        Task SendAsync(Unannotated item);
    }

    [Fact]
    public async Task Stages_StartUpwardsAndStopDownwards()
    {
        var log = new List<string>();
        using IHost host = SiloFixture.Build(silo => silo
            .ConfigureServices(services => services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Noting(log)))
            .AddStartupTask((services, _) =>
            {
                log.Add($"task {services.GetRequiredService<IGrainFactory>() is not null}");
                return Task.CompletedTask;
            })
            .AddStartupTask<NotingTask>()
            .ConfigureServices(services => services.AddSingleton(log)));
        await host.StartAsync().Within("the silo starts");
        await host.StopAsync().Within("the silo stops");
        Assert.Equal(["8000", "10000"], log.Take(2));
        Assert.Equal(["late True", "task True"], log.Skip(2).Take(2).Order());
        Assert.Equal(["-10000", "-8000"], log.Skip(4));
    }

    [Fact]
    public async Task StartupTask_ThatFails_FailsTheStart()
    {
        using IHost host = SiloFixture.Build(silo => silo.AddStartupTask((_, _) => throw new InvalidDataException("no")));
        await Assert.ThrowsAsync<InvalidDataException>(() => host.StartAsync().Within("the start fails"));
    }

    [Fact]
    public void ClusterNames_AreTheApplications()
    {
        using IHost host = SiloFixture.Build(silo => silo.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = "c";
            options.ServiceId = silo.Configuration["nothing"] ?? "s";
        }));
        ClusterOptions options = host.Services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        Assert.Equal(("c", "s"), (options.ClusterId, options.ServiceId));
    }

    [Fact]
    public async Task WebApplication_HasASilo()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.UseOrleans(silo => Configure(silo));
        await using WebApplication app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync().Within("the host starts");
        Assert.Equal("hello", await app.Services.GetRequiredService<IClusterClient>().GetGrain<IPlainGrain>("web").HelloAsync());
        await app.StopAsync().Within("the host stops");
    }

    [Fact]
    public async Task HostBuilder_HasASilo()
    {
        using IHost host = new HostBuilder().UseOrleans((context, silo) =>
        {
            Assert.NotNull(context.Configuration);
            Configure(silo);
        }).UseOrleans(silo => Assert.NotNull(silo.Services)).Build();
        await host.StartAsync().Within("the host starts");
        Assert.Equal("hello", await host.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlainGrain>("host").HelloAsync());
        await host.StopAsync().Within("the host stops");
    }

    [Fact]
    public async Task Silo_WithoutClustering_IsRefused()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleans(_ => { });

        // The newest original fails to construct its membership before it comes to the message of its check.
        Exception? refused = await Record.ExceptionAsync(async () =>
        {
            using IHost host = builder.Build();
            await host.StartAsync().Within("the start is refused");
        });
        Assert.True(refused is OrleansConfigurationException or InvalidOperationException, refused?.ToString());
        Assert.Matches("Clustering has not been configured|IMembershipTable", refused!.Message);
    }

    [Fact]
    public async Task CollectionAge_NotAboveTheQuantum_IsRefused() => Assert.Contains(
        nameof(GrainCollectionOptions.CollectionAge),
        (await RefusedAsync(() => SiloFixture.Build(silo => silo.Configure<GrainCollectionOptions>(
            options => options.CollectionAge = options.CollectionQuantum)))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task UnannotatedTypeInAContract_IsRefusedByName() => Assert.Contains(
        nameof(Unannotated), (await RefusedAsync(() => WithContract(typeof(IUnannotatedContract)))).Message, StringComparison.Ordinal);

    [StandinFact]
    public async Task MemberWithoutId_IsRefusedByName()
    {
        ModuleBuilder module = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Refused"), AssemblyBuilderAccess.Run)
            .DefineDynamicModule("Refused");
        TypeBuilder wire = module.DefineType("HalfAnnotated", TypeAttributes.Public);
        wire.SetCustomAttribute(new CustomAttributeBuilder(typeof(GenerateSerializerAttribute).GetConstructor([])!, []));
        wire.DefineField("Forgotten", typeof(int), FieldAttributes.Public);
        TypeBuilder contract = module.DefineType(
            "IHalfAnnotated", TypeAttributes.Public | TypeAttributes.Interface | TypeAttributes.Abstract);
        contract.DefineMethod(
            "Send", MethodAttributes.Public | MethodAttributes.Abstract | MethodAttributes.Virtual, typeof(Task), [wire.CreateType()]);
        OrleansConfigurationException refused = await RefusedAsync(() => WithContract(contract.CreateType()));
        Assert.Contains("ORLEANS0004", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Forgotten", refused.Message, StringComparison.Ordinal);
        Assert.Contains("HalfAnnotated", refused.Message, StringComparison.Ordinal);
    }

    [StandinFact]
    public async Task PrimarySiloElsewhere_IsRefused()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleans(silo => silo.UseLocalhostClustering(primarySiloEndpoint: new IPEndPoint(IPAddress.Parse("192.0.2.1"), 11111)));
        Assert.Contains("single silo", (await RefusedAsync(builder.Build)).Message, StringComparison.Ordinal);
    }

    [StandinFact]
    public void ClientOfAnotherProcess_IsRefused()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        Assert.Throws<NotSupportedException>(() => ((IHostApplicationBuilder)builder).UseOrleansClient((IClientBuilder _) => { }));
    }

    private static void Configure(ISiloBuilder silo) => silo.UseLocalhostClustering(SiloFixture.FreePort(), SiloFixture.FreePort());

    private static IHost WithContract(Type contract) => SiloFixture.Build(silo => silo.Configure<TypeManifestOptions>(options =>
    {
        options.EnableConfigurationAnalysis = true;
        options.Interfaces.Add(contract);
    }));

    // The original checks when its hosted service is made, so building the host is part of the attempt.
    private static Task<OrleansConfigurationException> RefusedAsync(Func<IHost> build) =>
        Assert.ThrowsAsync<OrleansConfigurationException>(async () =>
        {
            using IHost host = build();
            await host.StartAsync().Within("the start is refused");
        });

    private sealed class Noting(List<string> log) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle)
        {
            Note(lifecycle, ServiceLifecycleStage.ApplicationServices);
            Note(lifecycle, ServiceLifecycleStage.RuntimeGrainServices);
            lifecycle.Subscribe("Never told", ServiceLifecycleStage.Active, new Silent()).Dispose();
        }

        private void Note(ISiloLifecycle lifecycle, int stage) => lifecycle.Subscribe(
            $"Stage {stage}", stage, _ => NoteAsync($"{stage}"), _ => NoteAsync($"-{stage}"));

        private Task NoteAsync(string what)
        {
            log.Add(what);
            return Task.CompletedTask;
        }
    }

    private sealed class Silent : ILifecycleObserver
    {
        public Task OnStart(CancellationToken cancellationToken) => throw new InvalidOperationException("It was taken back.");

        public Task OnStop(CancellationToken cancellationToken) => throw new InvalidOperationException("It was taken back.");
    }

    private sealed class NotingTask(List<string> log) : IStartupTask
    {
        public Task Execute(CancellationToken cancellationToken)
        {
            log.Add($"late {!cancellationToken.IsCancellationRequested}");
            return Task.CompletedTask;
        }
    }
}
