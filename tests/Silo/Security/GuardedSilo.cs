using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SeqCluster.Contracts.Access;
using SeqCluster.Silo.Hosting;

namespace SeqCluster.Silo.Tests.Security;

/// <summary>A silo with tokens in this process, and what it logs.</summary>
public sealed class GuardedSilo : IAsyncLifetime, ILoggerProvider
{
    public TemporaryFolder Folder { get; } = new();

    public SiloHost Host { get; private set; } = null!;

    public ConcurrentQueue<string> Logged { get; } = new();

    public string ClientToken { get; private set; } = "";

    public string WorkerToken { get; private set; } = "";

    public Task InitializeAsync() => Start(new SiloOptions { Store = Folder.Path });

    public async Task Start(SiloOptions options)
    {
        Host = await SiloHost.Start(
            options with { Tokens = true, Gateway = new() { SilenceBound = TimeSpan.FromMinutes(2) } }, TestSilo.Models, builder => builder.Logging.AddProvider(this));
        foreach (var made in Host.FreshTokens)
        {
            (ClientToken, WorkerToken) = made.Description.Kind == TokenKind.Client ? (made.Token, WorkerToken) : (ClientToken, made.Token);
        }
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        Folder.Dispose();
    }

    public T Get<T>()
        where T : notnull => (T)Host.Services.GetService(typeof(T))!;

    public HttpClient Http(string token) => SiloAccess.To(Host.Url, token).CreateHttpClient();

    public SiloAccess Worker(string? token = null) => SiloAccess.To(Host.Url, token ?? WorkerToken);

    ILogger ILoggerProvider.CreateLogger(string categoryName) => new Log(Logged);

    void IDisposable.Dispose()
    {
    }

    private sealed class Log(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception) + exception);
    }
}
