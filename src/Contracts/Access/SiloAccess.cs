using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Security.Authentication;

namespace SeqCluster.Contracts.Access;

/// <summary>How a client or a worker reaches a silo: where it is, by which token, and by what it is known.</summary>
/// <param name="Url">http or https.</param>
/// <param name="Token">Empty for a silo without tokens.</param>
/// <param name="Trust">For https.</param>
public sealed record SiloAccess(Uri Url, string Token, SiloTrust Trust)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A silo without tokens, or a URL to begin with.</summary>
    public static SiloAccess To(Uri url, string token = "") => new(url, token, SiloTrust.Create());

    /// <summary>A client without a time limit whose paths are relative to the silo. The caller disposes of it.</summary>
    public HttpClient CreateHttpClient()
    {
        // Proxies of the environment are for the world outside; a silo is named by its own address. No silo redirects.
        var handler = new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, UseProxy = false, AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = Trust.Accept;
        var http = new HttpClient(handler) { BaseAddress = Url, Timeout = Timeout.InfiniteTimeSpan };
        if (Token.Length > 0)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        }

        return http;
    }

    /// <summary>Gives a WebSocket the token and the trust.</summary>
    public void Configure(ClientWebSocketOptions options)
    {
        options.Proxy = null;
        options.RemoteCertificateValidationCallback = Trust.Accept;
        if (Token.Length > 0)
        {
            options.SetRequestHeader("Authorization", $"Bearer {Token}");
        }
    }

    /// <summary>Whether the silo's certificate is why a connection failed.</summary>
    public bool IsDistrust(Exception fault) =>
        Trust.Refusal.Length > 0 && (fault is AuthenticationException || (fault.InnerException is { } inner && IsDistrust(inner)));

    /// <summary>Why a connection failed, for people.</summary>
    public string Explain(Exception fault)
    {
        if (IsDistrust(fault))
        {
            return Trust.Refusal;
        }

        var text = fault.InnerException?.Message ?? fault.Message;
        return fault is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } && Url.Scheme == "http"
            ? $"{text} Does it speak https?"
            : text;
    }
}
