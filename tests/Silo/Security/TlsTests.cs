using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Silo.Hosting;

namespace SeqCluster.Silo.Tests.Security;

public sealed class TlsTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private SiloHost host = null!;

    private string AuthorityFile => Path.Combine(folder.Path, "ca.pem");

    public async Task InitializeAsync()
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var (from, to) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var authority = authorityRequest.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=silo", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, from, to, [1, 2, 3]);
        await File.WriteAllTextAsync(AuthorityFile, authority.ExportCertificatePem());
        var (file, keyFile) = (Path.Combine(folder.Path, "silo.pem"), Path.Combine(folder.Path, "silo.key"));
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        host = await SiloHost.Start(new SiloOptions { Store = Path.Combine(folder.Path, "store"), Certificate = file, Key = keyFile }, TestSilo.Models);
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Silo_WithACertificate_IsKnownByItsAuthorityOrByItsFingerprint()
    {
        Assert.Equal("https", host.Url.Scheme);
        foreach (var trust in new[] { SiloTrust.Create(AuthorityFile), SiloTrust.Create(fingerprint: host.Fingerprint), SiloTrust.Create(fingerprint: Colons(host.Fingerprint).ToUpperInvariant()) })
        {
            var access = new SiloAccess(host.Url, "", trust);
            using var http = access.CreateHttpClient();
            Assert.Equal("ok", await http.GetStringAsync("/healthz"));
            using var worker = await WireClient.Join(host.Url, "tls", access: access);
            await worker.Receive<AssignmentFrame>();
        }
    }

    [Fact]
    public async Task Silo_WhoseCertificateIsNotTrusted_IsRefusedWithTheWayOut()
    {
        var text = await Refusal(new SiloAccess(host.Url, "", SiloTrust.Create()));
        Assert.Contains("give --ca FILE", text);
        Assert.Contains($"--fingerprint {host.Fingerprint}", text);

        var other = new string('a', 64);
        text = await Refusal(new SiloAccess(host.Url, "", SiloTrust.Create(fingerprint: other)));
        Assert.Contains($"the fingerprint {host.Fingerprint}, not {other}", text);

        // By its authority it is trusted, but not under this name.
        text = await Refusal(new SiloAccess(new UriBuilder(host.Url) { Host = "localhost" }.Uri, "", SiloTrust.Create(AuthorityFile)));
        Assert.Contains("not made out to this address", text);
    }

    [Theory]
    [InlineData("--certificate", null)]
    [InlineData("cannot be used", "none.pem")]
    public async Task Certificate_ThatCannotBeUsed_StopsTheStart(string expected, string? key)
    {
        var options = new SiloOptions { Store = Path.Combine(folder.Path, "other"), Certificate = AuthorityFile, Key = key is null ? "" : Path.Combine(folder.Path, key) };
        Assert.Contains(expected, (await Assert.ThrowsAsync<SiloStartException>(() => SiloHost.Start(options, TestSilo.Models))).Message);
    }

    [Theory]
    [InlineData("", "abc", "64 hexadecimal")]
    [InlineData("/none.pem", "", "cannot be read")]
    [InlineData("/none.pem", "aa", "one of them")]
    public void Trust_ThatCannotBeRead_SaysWhy(string file, string fingerprint, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => SiloTrust.Create(file, fingerprint)).Message);

    private static string Colons(string hex) => string.Join(':', hex.Chunk(2).Select(pair => new string(pair)));

    private static async Task<string> Refusal(SiloAccess access)
    {
        using var http = access.CreateHttpClient();
        return access.Explain(await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync("/healthz")));
    }
}
