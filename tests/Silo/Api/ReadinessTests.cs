using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using SeqCluster.Silo.Api;
using SeqCluster.Silo.Hosting;
using SeqCluster.Silo.Storage;

namespace SeqCluster.Silo.Tests.Api;

public sealed class ReadinessTests : IAsyncLifetime
{
    private readonly TestSilo silo = new();

    public Task InitializeAsync() => silo.InitializeAsync();

    public async Task DisposeAsync() => await silo.DisposeAsync();

    [Fact]
    public async Task Silo_ThatServes_IsReady() => Assert.Equal(HttpStatusCode.OK, await Ready());

    [Fact]
    public async Task Silo_ThatStops_IsNotReady()
    {
        silo.Get<IHostApplicationLifetime>().StopApplication();
        Assert.Equal("the silo stops", await silo.Get<Readiness>().Fault());
    }

    [Fact]
    public async Task Store_ThatTakesNoWrites_IsNotReadyButLives()
    {
        silo.Get<SqliteStore>().Dispose();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Ready());
        using var health = await silo.Http.GetAsync("/healthz");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task Store_WithALockedFile_IsNotWritableUntilItIsFree()
    {
        var store = silo.Get<SqliteStore>();
        await store.CheckWritable();
        using (var other = new StoreSession(Path.Combine(silo.Store, SqliteStore.FileName), SqliteOpenMode.ReadWrite))
        {
            other.Script("BEGIN IMMEDIATE");
            var check = store.CheckWritable();
            Assert.False(check.IsCompletedSuccessfully);
            other.Script("COMMIT");
            await check.WaitAsync(Deadline.Token());
        }
    }

    private async Task<HttpStatusCode> Ready()
    {
        using var response = await silo.Http.GetAsync("/readyz");
        return response.StatusCode;
    }
}
