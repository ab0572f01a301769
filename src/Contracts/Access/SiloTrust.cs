using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SeqCluster.Contracts.Access;

/// <summary>
/// Decides whether who answers by TLS is the silo that was meant: by the system's authorities, by those of a file, or by the
/// fingerprint of one certificate. Never lets a fault pass; says what mends it.
/// </summary>
public sealed class SiloTrust
{
    private readonly X509Certificate2Collection authorities = [];
    private readonly string pinned;
    private volatile string refusal = "";

    private SiloTrust(string authorityFile, string pinned)
    {
        AuthorityFile = authorityFile;
        this.pinned = pinned;
        if (authorityFile.Length > 0)
        {
            authorities.ImportFromPemFile(authorityFile);
        }
    }

    /// <summary>The file of trusted authorities; empty for the system's.</summary>
    public string AuthorityFile { get; }

    /// <summary>The fingerprint of the only trusted certificate, 64 lower-case hexadecimal digits; empty for none.</summary>
    public string Fingerprint => pinned;

    /// <summary>Why the last certificate was refused and what to do; empty when it was not.</summary>
    public string Refusal => refusal;

    /// <summary>Reads what a person gave.</summary>
    /// <param name="authorityFile">A PEM file; null or empty for the system's authorities.</param>
    /// <param name="fingerprint">Hexadecimal, with or without colons; null or empty for none.</param>
    /// <exception cref="ArgumentException">It cannot be read, or both are given.</exception>
    public static SiloTrust Create(string? authorityFile = null, string? fingerprint = null)
    {
        var (file, pin) = (authorityFile ?? "", Normalized(fingerprint ?? ""));
        if (file.Length > 0 && pin.Length > 0)
        {
            throw new ArgumentException("--ca and --fingerprint: give one of them, the fingerprint trusts one certificate whoever signed it");
        }

        if (pin.Length > 0 && (pin.Length != 2 * SHA256.HashSizeInBytes || pin.AsSpan().ContainsAnyExcept("0123456789abcdef")))
        {
            throw new ArgumentException($"--fingerprint {fingerprint}: must be the SHA-256 fingerprint that the silo prints, 64 hexadecimal digits");
        }

        try
        {
            var trust = new SiloTrust(file, pin);
            return file.Length == 0 || trust.authorities.Count > 0 ? trust : throw new ArgumentException($"--ca {file}: holds no certificate: must be a PEM file");
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"--ca {file}: cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>The SHA-256 fingerprint of a certificate, 64 lower-case hexadecimal digits.</summary>
    public static string FingerprintOf(X509Certificate certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.GetRawCertData()));

    /// <summary>The decision, for HTTP clients and WebSockets.</summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        refusal = certificate is null ? "it shows no certificate" : pinned.Length > 0 ? FaultOfPin(certificate) : FaultOf(certificate, chain, errors);
        return refusal.Length == 0;
    }

    private static string Normalized(string fingerprint) => fingerprint.Replace(":", "", StringComparison.Ordinal).Trim().ToLowerInvariant();

    private string FaultOfPin(X509Certificate certificate) => FingerprintOf(certificate) is var seen && seen == pinned
        ? ""
        : $"its certificate has the fingerprint {seen}, not {pinned}: compare it with what the silo prints when it starts; "
            + "if the certificate was changed give --fingerprint with the new one, else this is not your silo";

    private string FaultOf(X509Certificate certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var why = new List<string>();
        using var own = authorities.Count > 0 ? ByOwnAuthorities(chain) : null;
        var isTrusted = own is null ? !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) : own.Build((X509Certificate2)certificate);
        if (!isTrusted)
        {
            why.AddRange((own ?? chain)?.ChainStatus.Select(static status => status.StatusInformation.Trim()).Distinct() ?? []);
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            why.Add($"it is not made out to this address ({certificate.Subject})");
        }

        return isTrusted && why.Count == 0
            ? ""
            : $"its certificate is not trusted: {string.Join("; ", why)}: give --ca FILE with the authority that signed it, or, "
                + $"when the silo prints this fingerprint at its start, --fingerprint {FingerprintOf(certificate)}";
    }

    private X509Chain ByOwnAuthorities(X509Chain? seen)
    {
        var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(seen?.ChainPolicy.ExtraStore ?? []);
        return chain;
    }
}
