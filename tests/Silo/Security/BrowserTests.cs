using System.Net;

namespace SeqCluster.Silo.Tests.Security;

/// <summary>A silo without tokens trusts the programs of its machine, not the pages in its browser.</summary>
[Collection(SiloTests.Name)]
public sealed class BrowserTests(TestSilo silo)
{
    [Theory]
    [InlineData("Host", "evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Host", "localhost", HttpStatusCode.OK)]
    [InlineData("Host", "[::1]:7070", HttpStatusCode.OK)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://127.0.0.1:3000", HttpStatusCode.OK)]
    public async Task Request_OfAPageFromElsewhere_IsRefused(string header, string value, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/jobs");
        request.Headers.Add(header, value);
        using var response = await silo.Http.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
    }
}
