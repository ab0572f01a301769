using System.CommandLine;
using SeqCluster.Client.Silos;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster logout</c>: forgets a saved login. The token stays valid until it is revoked.</summary>
internal sealed class LogoutCommand : Verb
{
    private readonly Argument<string?> url = new("URL") { Description = "The silo. Default: the newest login.", Arity = ArgumentArity.ZeroOrOne };

    public LogoutCommand(ClientEnvironment environment)
        : base(environment, "logout", "Forget a saved login.", "seqcluster logout") => Arguments.Add(url);

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var logins = SavedLogins.Of(Environment);
        var silo = line.GetValue(url) is { } named ? SiloLocator.Read(named, "logout") : logins.Current?.Url;
        if (silo is null || !logins.Remove(silo))
        {
            throw new WrongInputException($"no login is saved{(silo is null ? "" : $" for {silo}")} in {logins.Path}");
        }

        Environment.Error.WriteLine($"forgot {silo}; its token is valid until 'seqcluster token revoke'");
        return Done();
    }
}
