using System.CommandLine;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster token revoke ID</c>.</summary>
internal sealed class TokenRevokeCommand : SiloVerb
{
    private readonly Argument<string> id = new("ID") { Description = "As 'seqcluster token list' shows it." };

    public TokenRevokeCommand(ClientEnvironment environment)
        : base(environment, "revoke", "Make a token worthless and end its connections.", "seqcluster token revoke k4x2m7qa") => Arguments.Add(id);

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var token = line.GetRequiredValue(id);
        await client.RevokeTokenAsync(token, cancellation);
        if (IsJson(line))
        {
            WriteJson(new { Id = token, Revoked = true });
        }
        else
        {
            Environment.Output.WriteLine($"{token} revoked");
        }

        return ExitCodes.Done;
    }
}
