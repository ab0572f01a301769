using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Silo.Api;
using SeqCluster.Silo.Hosting;
using SeqCluster.Silo.Security;

namespace SeqCluster.Silo.Tests.Security;

public sealed class TokenTests(GuardedSilo silo) : IClassFixture<GuardedSilo>
{
    [Theory]
    [InlineData("/v1/jobs", "none", 401)]
    [InlineData("/v1/jobs", "wrong", 401)]
    [InlineData("/v1/jobs", "long", 401)]
    [InlineData("/v1/jobs", "worker", 403)]
    [InlineData("/v1/jobs", "client", 200)]
    [InlineData("/v1/workers", "worker", 403)]
    [InlineData("/v1/tokens", "none", 401)]
    [InlineData("/openapi.json", "none", 401)]
    [InlineData("/metrics", "none", 401)]
    [InlineData("/no/such/path", "none", 401)]
    [InlineData("/healthz/", "none", 401)]
    [InlineData("/v1/worker-gateway", "none", 401)]
    [InlineData("/v1/worker-gateway", "client", 403)]
    [InlineData("/V1/Worker-Gateway", "client", 403)]
    [InlineData("/v1/worker-gateway", "worker", 426)]
    [InlineData("/v1/worker/datasets", "client", 403)]
    [InlineData("/v1/worker/datasets", "worker", 404)]
    [InlineData("/healthz", "none", 200)]
    [InlineData("/readyz", "none", 200)]
    public async Task Path_ByToken_LetsInWhoMayCome(string path, string token, int status)
    {
        using var http = silo.Http(token switch
        {
            "client" => silo.ClientToken,
            "worker" => silo.WorkerToken,
            "wrong" => silo.ClientToken[..^1] + "!",
            "long" => new string('x', 5_000),
            _ => "",
        });
        using var response = await http.GetAsync(path);
        Assert.Equal(status, (int)response.StatusCode);
        if (status is 401 or 403)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
        }
    }

    [Fact]
    public async Task Refusal_IsLoggedWithItsAddress_AndNeverWithTheToken()
    {
        using var http = silo.Http("sqc_this-is-a-secret-that-somebody-mistyped");
        for (var i = 0; i < 20; i++)
        {
            using var response = await http.GetAsync("/v1/refused-often");
        }

        var lines = silo.Logged.Where(line => line.Contains("/v1/refused-often", StringComparison.Ordinal)).ToList();
        Assert.InRange(lines.Count, 0, RefusalLog.LinesPerWindow);
        Assert.Contains(silo.Logged, line => line.Contains("127.0.0.1 was refused", StringComparison.Ordinal));
        Assert.DoesNotContain(silo.Logged, line => line.Contains("mistyped", StringComparison.Ordinal) || line.Contains(silo.ClientToken, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Worker_WithAWrongToken_IsRefusedBeforeItsSocketOpens()
    {
        var fault = await Assert.ThrowsAsync<WebSocketException>(() => WireClient.Open(silo.Host.Url, access: silo.Worker("sqw_wrong")));
        Assert.Contains("401", fault.Message);
    }

    [Fact]
    public async Task WorkerToken_Revoked_CutsItsConnectionsAndNobodyElses()
    {
        using var http = silo.Http(silo.ClientToken);
        var made = await Make(http, TokenKind.Worker);
        using var other = await WireClient.Join(silo.Host.Url, "stays", access: silo.Worker());
        using var worker = await WireClient.Join(silo.Host.Url, "revoked", access: silo.Worker(made.Token));
        await worker.Receive<AssignmentFrame>();

        using var revoked = await http.DeleteAsync($"/v1/tokens/{made.Description.Id}");
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        var refused = await worker.Receive<RefusedFrame>();
        Assert.Equal((false, "its token was revoked"), (refused.Retryable, refused.Reason));
        await Assert.ThrowsAsync<WebSocketException>(() => WireClient.Open(silo.Host.Url, access: silo.Worker(made.Token)));
        await other.Receive<AssignmentFrame>();
        await other.Send(new HeartbeatFrame { AssignmentVersion = 99, Report = null });
        await other.Receive<AssignmentFrame>();
    }

    [Fact]
    public async Task ClientToken_Revoked_CutsItsStreamsAndSaysSo()
    {
        using var admin = silo.Http(silo.ClientToken);
        var made = await Make(admin, TokenKind.Client);
        using var http = silo.Http(made.Token);
        await File.WriteAllTextAsync(Path.Combine(silo.Folder.Path, "text.txt"), string.Concat(Enumerable.Repeat("to be or not to be ", 50)));
        using var submitted = await http.PostAsJsonAsync("/v1/jobs", new { name = "t.yaml", file = TestSilo.JobText, dataFolder = silo.Folder.Path }, ApiJson.Options);
        var job = (await submitted.Content.ReadFromJsonAsync<JobStatus>(ApiJson.Options))!;
        await using var stream = await http.GetStreamAsync($"/v1/jobs/{job.JobId}/events?follow=true");
        Assert.True(await stream.ReadAsync(new byte[1]) > 0);

        using var revoked = await admin.DeleteAsync($"/v1/tokens/{made.Description.Id}");
        await Assert.ThrowsAnyAsync<IOException>(() => stream.CopyToAsync(Stream.Null, Deadline.Token()));
        using var after = await http.GetAsync("/v1/jobs");
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        Assert.Contains("was revoked", await after.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Tokens_AreListedWithoutThemselvesAndBadRequestsRefused()
    {
        using var http = silo.Http(silo.ClientToken);
        var text = await http.GetStringAsync("/v1/tokens");
        Assert.Contains("made at the start", text);
        Assert.DoesNotContain("sqc_", text);
        foreach (var (body, status) in new[] { ("{}", 400), ("[", 400), ("{\"kind\":\"root\"}", 400), ("{\"kind\":7}", 400), ("{\"kind\":\"client\",\"name\":\"a\\nb\"}", 400) })
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var response = await http.PostAsync("/v1/tokens", content);
            Assert.Equal(status, (int)response.StatusCode);
        }

        using var unknown = await http.DeleteAsync("/v1/tokens/..%2Ftokens.json");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Store_StartedAgain_KeepsItsTokensAndTheirHashesOnly()
    {
        var own = new GuardedSilo();
        await own.InitializeAsync();
        var (client, worker) = (own.ClientToken, own.WorkerToken);
        var file = Path.Combine(own.Folder.Path, "tokens.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.All(Directory.GetFiles(own.Folder.Path, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith("silo.lock", StringComparison.Ordinal)), path =>
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            Assert.DoesNotContain(client, reader.ReadToEnd());
        });
        using var last = await own.Http(client).DeleteAsync($"/v1/tokens/{own.Host.FreshTokens[0].Description.Id}");
        Assert.Equal(HttpStatusCode.Conflict, last.StatusCode);

        await own.Host.DisposeAsync();
        await own.Start(new SiloOptions { Store = own.Folder.Path });
        Assert.Empty(own.Host.FreshTokens);
        (await own.Http(client).GetAsync("/v1/jobs")).EnsureSuccessStatusCode();
        using (await WireClient.Join(own.Host.Url, "again", access: own.Worker(worker)))
        {
        }

        await own.Host.DisposeAsync();
        await own.Start(new SiloOptions { Store = own.Folder.Path, NewTokens = true });
        Assert.NotEqual(client, own.ClientToken);
        (await own.Http(own.ClientToken).GetAsync("/v1/jobs")).EnsureSuccessStatusCode();
        (await own.Http(client).GetAsync("/v1/jobs")).EnsureSuccessStatusCode();

        await own.Host.DisposeAsync();
        await File.WriteAllTextAsync(file, "[{}]");
        var fault = await Assert.ThrowsAsync<SiloStartException>(() => own.Start(new SiloOptions { Store = own.Folder.Path }));
        Assert.Contains("tokens.json: cannot be read", fault.Message);
        own.Folder.Dispose();
    }

    [Theory]
    [InlineData("SEQCLUSTER_CLIENT_TOKEN", "short", "32 to 200")]
    [InlineData("SEQCLUSTER_WORKER_TOKEN", "with spaces in it, and long enough otherwise", "32 to 200")]
    public void Token_FromOutside_ThatIsNone_IsRefused(string variable, string value, string expected)
    {
        using var folder = new TemporaryFolder();
        var options = new SiloOptions { Store = folder.Path, Tokens = true };
        var fault = Assert.Throws<SiloStartException>(() => TokenRegistry.Open(options, name => name == variable ? value : null, TimeProvider.System));
        Assert.Contains(expected, fault.Message);
        Assert.DoesNotContain(value, fault.Message);
    }

    [Fact]
    public void Token_FromOutside_LetsInAndIsNotStored()
    {
        using var folder = new TemporaryFolder();
        var options = new SiloOptions { Store = folder.Path, Tokens = true };
        var registry = TokenRegistry.Open(options, name => name + "-given-from-outside", TimeProvider.System);
        Assert.Empty(registry.Fresh);
        Assert.Equal("", registry.Check("SEQCLUSTER_CLIENT_TOKEN-given-from-outside", TokenKind.Client).Refusal);
        Assert.Equal("", registry.Check("SEQCLUSTER_WORKER_TOKEN-given-from-outside", TokenKind.Worker).Refusal);
        Assert.Contains("both", Assert.Throws<SiloStartException>(() => TokenRegistry.Open(options, _ => new string('k', 40), TimeProvider.System)).Message);
        Assert.False(File.Exists(Path.Combine(folder.Path, "tokens.json")));
    }

    private static async Task<NewToken> Make(HttpClient http, TokenKind kind)
    {
        using var response = await http.PostAsJsonAsync("/v1/tokens", new TokenRequest(kind, "test"), ApiJson.Options);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<NewToken>(ApiJson.Options))!;
    }
}
