using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SeqCluster.Contracts.Access;
using SeqCluster.Silo.Hosting;

namespace SeqCluster.Silo.Security;

/// <summary>The certificate that the silo shows, with the authorities between it and a root.</summary>
internal sealed class ServerCertificate
{
    private ServerCertificate(X509Certificate2 own, X509Certificate2Collection chain) => (Own, Chain) = (own, chain);

    /// <summary>With its private key.</summary>
    public X509Certificate2 Own { get; }

    /// <summary>What else is in the file.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>For people and for <c>--fingerprint</c>.</summary>
    public string Fingerprint => SiloTrust.FingerprintOf(Own);

    /// <summary>Whether nobody but itself signed it, so that clients can know it by its fingerprint only.</summary>
    public bool IsSelfSigned => Own.SubjectName.RawData.AsSpan().SequenceEqual(Own.IssuerName.RawData);

    /// <summary>Reads it; null when none is asked for.</summary>
    /// <exception cref="SiloStartException">It cannot be used.</exception>
    public static ServerCertificate? Load(string certificate, string key, TimeProvider time)
    {
        if (certificate.Length == 0 && key.Length == 0)
        {
            return null;
        }

        if (certificate.Length == 0 || key.Length == 0)
        {
            throw new SiloStartException("--certificate and --key: one needs the other; both are PEM files");
        }

        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(certificate, key);

            // A key that exists in memory only is not taken by every version of the TLS library; one that was exported is.
            var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificate);
            var now = time.GetLocalNow().DateTime;
            return now >= own.NotBefore && now <= own.NotAfter
                ? new ServerCertificate(own, chain)
                : throw new SiloStartException($"--certificate {certificate}: valid from {own.NotBefore:u} to {own.NotAfter:u}, which is not now: renew it");
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new SiloStartException($"--certificate {certificate} --key {key}: cannot be used: {fault.Message}", fault);
        }
    }
}
