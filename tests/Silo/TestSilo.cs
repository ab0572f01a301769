using System.Net.Http.Json;
using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.JobFiles;
using SeqCluster.Silo.Api;
using SeqCluster.Silo.Hosting;

namespace SeqCluster.Silo.Tests;

/// <summary>A silo in this process on a free port, with a store and a small text in a temporary folder.</summary>
public sealed class TestSilo : IAsyncLifetime
{
    public const string JobText =
        """
        name: tiny
        model: { kind: tiny }
        data: { path: text.txt }
        train: { steps: 3 }
        """;

    public static readonly IReadOnlyList<ModelSettings> Models = [new("tiny", typeof(TinySettings), ["text"])];

    public TemporaryFolder Folder { get; } = new();

    public SiloHost Host { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public string Store => Path.Combine(Folder.Path, "store");

    public T Get<T>()
        where T : notnull => (T)Host.Services.GetService(typeof(T))!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder.Path, "text.txt"), string.Concat(Enumerable.Repeat("to be or not to be ", 50)));
        await Start(new SiloOptions { Store = Store });
    }

    public async Task Start(SiloOptions options)
    {
        // A test's worker has no heart: on a busy machine the real bound would pass between two of its frames.
        Host = await SiloHost.Start(options with { Gateway = new() { SilenceBound = TimeSpan.FromMinutes(2), ContestBound = TimeSpan.FromSeconds(1) } }, Models);
        Http = new HttpClient { BaseAddress = Host.Url };
    }

    public async Task Stop()
    {
        Http.Dispose();
        await Host.DisposeAsync();
    }

    public async Task DisposeAsync()
    {
        await Stop();
        Folder.Dispose();
    }

    public Task<HttpResponseMessage> Post(object submission) => Http.PostAsJsonAsync("/v1/jobs", submission, ApiJson.Options);

    public async Task<string> Submit(string more = "")
    {
        using var response = await Post(new { name = "tiny.yaml", file = $"{JobText}\n{more}", dataFolder = Folder.Path });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JobStatus>(text, ApiJson.Options)!.JobId;
    }

    public async Task<JobStatus> Status(string jobId) => (await Http.GetFromJsonAsync<JobStatus>($"/v1/jobs/{jobId}", ApiJson.Options))!;
}
