using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Silo.Api;
using SeqCluster.Silo.Hosting;
using SeqCluster.Silo.Storage;

namespace SeqCluster.Silo.Tests.Storage;

/// <summary>A silo whose store's disk is full, and then is not any more: what clients, workers and people hear.</summary>
public sealed class StoreAwayTests : IDisposable
{
    private readonly TestDisk disk;
    private readonly LogLines log = new();

    public StoreAwayTests() => disk = TestDisk.InMemory("6m");

    private string StoreFile => Path.Combine(disk.Place, "store", SqliteStore.FileName);

    public void Dispose() => disk.Dispose();

    [DiskFact]
    public async Task Disk_Full_ClientsHearPathAndReason_NothingChangesAndItGoesOnByItself()
    {
        await using var host = await StartAsync();
        using var http = new HttpClient { BaseAddress = host.Url };
        var id = await SubmitAsync(http);
        using var worker = await WireClient.Join(host.Url, "w0");
        var given = await worker.Receive<AssignmentFrame>(static frame => frame.Assignment is not null);
        var before = (await StatusAsync(http, id)).State;
        disk.Fill();

        await AssertRefusedAsync(await http.PostAsync($"/v1/jobs/{id}:cancel", null), HttpStatusCode.InsufficientStorage);
        await AssertRefusedAsync(await PostAsync(http), HttpStatusCode.InsufficientStorage);
        await AssertRefusedAsync(await http.GetAsync("/readyz"), HttpStatusCode.ServiceUnavailable);
        Assert.Equal(before, (await StatusAsync(http, id)).State);
        Assert.Contains("seqcluster_store_writable 0", await http.GetStringAsync("/metrics"), StringComparison.Ordinal);

        // A worker is heard, and what it reports is acknowledged when it is stored and not before.
        await worker.Send(new StepReportsFrame { Sequence = 1, Reports = worker.Steps(given.Assignment!, 1) });
        for (var beat = 0; beat < 3; beat++)
        {
            await worker.Send(new HeartbeatFrame { AssignmentVersion = given.Version, Report = worker.Report(given.Assignment!, 1, MemberPhase.Training) });
            Assert.IsType<HeartbeatAckFrame>(await worker.Next());
        }

        disk.MakeRoom();
        await worker.Receive<StepReportsAckFrame>(static ack => ack.Sequence == 1);
        await Deadline.Until("the silo is ready again", async () => (await http.GetAsync("/readyz")).IsSuccessStatusCode);
        var meters = await http.GetStringAsync("/metrics");
        Assert.Contains("seqcluster_store_writable 1", meters, StringComparison.Ordinal);
        Assert.Contains("seqcluster_store_refused_total ", meters, StringComparison.Ordinal);
        Assert.Equal("train/loss", Assert.Single((await http.GetFromJsonAsync<List<JobMetric>>($"/v1/jobs/{id}/metrics", ApiJson.Options))!).Name);
        await Deadline.Until("the job tells of it", async () => (await EventsAsync(http, id)).Any(static one => one.Kind == "store.unwritable"));
        var told = (await EventsAsync(http, id)).Single(static one => one.Kind == "store.unwritable");
        Assert.Contains("the silo's store could not be written from ", told.Message, StringComparison.Ordinal);
        using var cancelled = await http.PostAsync($"/v1/jobs/{id}:cancel", null);
        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
        await SubmitAsync(http);

        Assert.Single(log, line => line.Contains($"{StoreFile}: the store cannot be written, its disk is full", StringComparison.Ordinal));
        Assert.Single(log, line => line.Contains("the store can be written again", StringComparison.Ordinal));
        Assert.Equal(2, log.Count(static line => line.StartsWith("Error", StringComparison.Ordinal) || line.Contains("store", StringComparison.Ordinal)));
    }

    [DiskFact]
    public async Task Store_DeletedUnderTheSilo_ItStopsAndSaysWhereEverythingIs()
    {
        string id;
        await using (var host = await StartAsync())
        {
            using var http = new HttpClient { BaseAddress = host.Url };
            id = await SubmitAsync(http);
            File.Delete(StoreFile);
            await host.WaitForShutdown().WaitAsync(Deadline.Token());
            Assert.True(host.HasLostItsStore);
        }

        var line = Assert.Single(log, static line => line.StartsWith("Critical", StringComparison.Ordinal));
        Assert.Contains($"{StoreFile} was deleted or moved; what it held is saved in {StoreFile}.saved-", line, StringComparison.Ordinal);
        File.Move(Directory.GetFiles(Path.GetDirectoryName(StoreFile)!, "*.saved-*").Single(), StoreFile);
        await using var next = await StartAsync();
        using var again = new HttpClient { BaseAddress = next.Url };
        Assert.Equal(id, (await StatusAsync(again, id)).JobId);
    }

    private async Task<SiloHost> StartAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(disk.Place, "text.txt"), string.Concat(Enumerable.Repeat("to be or not to be ", 50)));
        return await SiloHost.Start(
            new SiloOptions { Store = Path.Combine(disk.Place, "store"), Gateway = new() { SilenceBound = TimeSpan.FromMinutes(2) } },
            TestSilo.Models, builder => builder.Services.AddSingleton<ILoggerProvider>(log));
    }

    private async Task AssertRefusedAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var said = await response.Content.ReadAsStringAsync();
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        using var problem = JsonDocument.Parse(said);
        Assert.StartsWith($"{StoreFile}: the store cannot be written, its disk is full since ", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        response.Dispose();
    }

    private Task<HttpResponseMessage> PostAsync(HttpClient http) =>
        http.PostAsJsonAsync("/v1/jobs", new { name = "tiny.yaml", file = TestSilo.JobText, dataFolder = disk.Place }, ApiJson.Options);

    private async Task<string> SubmitAsync(HttpClient http)
    {
        using var response = await PostAsync(http);
        var said = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, said);
        return JsonSerializer.Deserialize<JobStatus>(said, ApiJson.Options)!.JobId;
    }

    private static async Task<JobStatus> StatusAsync(HttpClient http, string id) =>
        (await http.GetFromJsonAsync<JobStatus>($"/v1/jobs/{id}", ApiJson.Options))!;

    private static async Task<List<JobEvent>> EventsAsync(HttpClient http, string id) =>
        (await http.GetFromJsonAsync<List<JobEvent>>($"/v1/jobs/{id}/events", ApiJson.Options))!;

    private sealed class LogLines : ConcurrentQueue<string>, ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Lines(this);

        public void Dispose()
        {
        }

        private sealed class Lines(LogLines into) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                into.Enqueue($"{logLevel} {formatter(state, exception)}");
        }
    }
}
