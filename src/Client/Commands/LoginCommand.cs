using System.CommandLine;
using System.Text.Json;
using SeqCluster.Client.Sdk;
using SeqCluster.Client.Silos;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster login URL --token TOKEN</c>: asks the silo whether the token is right, then keeps both.</summary>
internal sealed class LoginCommand : Verb
{
    private readonly Argument<string> url = new("URL") { Description = "The silo's URL, as it prints it." };
    private readonly SiloLocator locator;

    public LoginCommand(ClientEnvironment environment)
        : base(environment, "login", "Save a silo and its client token for later commands.", "seqcluster login https://10.0.0.5:7070 --token sqc_…")
    {
        Arguments.Add(url);
        locator = new SiloLocator(this, withSilo: false);
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var silo = SiloLocator.Read(line.GetRequiredValue(url), "login");
        var logins = SavedLogins.Of(Environment);
        var access = locator.At(silo, line, Environment, logins.Find(silo));
        using var client = new SeqClusterClient(access, Environment.Time);
        await client.GetWorkersAsync(cancellation);
        logins.Add(new SavedLogin(silo, access.Token, access.Trust.AuthorityFile, access.Trust.Fingerprint));
        Environment.Output.WriteLine(IsJson(line)
            ? JsonSerializer.Serialize(new { url = silo, file = logins.Path })
            : $"logged in to {silo.ToString().TrimEnd('/')}; kept in {logins.Path}");
        if (silo.Scheme == "http" && !silo.IsLoopback)
        {
            Environment.Error.WriteLine("the token crosses the network unencrypted: give the silo a --certificate, or keep to a network that you trust");
        }

        return ExitCodes.Done;
    }
}
