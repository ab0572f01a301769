using SeqCluster.Silo.Hosting;

namespace SeqCluster.Silo.Security;

/// <summary>By what a silo lets others in, and by what they know it.</summary>
/// <param name="Tokens">Who may come.</param>
/// <param name="Certificate">null without TLS.</param>
internal sealed record Admission(TokenRegistry Tokens, ServerCertificate? Certificate)
{
    /// <summary>Reads both.</summary>
    /// <exception cref="SiloStartException">One of them cannot be used.</exception>
    public static Admission Open(SiloOptions options)
    {
        var certificate = ServerCertificate.Load(options.Certificate, options.Key, TimeProvider.System);
        return new Admission(TokenRegistry.Open(options, Environment.GetEnvironmentVariable, TimeProvider.System), certificate);
    }
}
