using System.CommandLine;
using System.Globalization;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster token list</c>.</summary>
internal sealed class TokenListCommand(ClientEnvironment environment)
    : SiloVerb(environment, "list", "List tokens, without the tokens themselves.", "seqcluster token list")
{
    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var tokens = await client.GetTokensAsync(cancellation);
        if (IsJson(line))
        {
            WriteJson(tokens);
            return ExitCodes.Done;
        }

        TextTable.Write(
            Environment.Output,
            ["TOKEN", "KIND", "CREATED", "STATE", "NAME"],
            [.. tokens.Select(token => (string[])
            [
                token.Id,
                token.Kind.ToString().ToLowerInvariant(),
                token.Created.ToString("u", CultureInfo.InvariantCulture),
                token.Revoked is { } when ? $"revoked {when.ToString("u", CultureInfo.InvariantCulture)}" : "valid",
                token.Name,
            ])],
            whenEmpty: "no tokens: this silo listens on its own machine only");
        return ExitCodes.Done;
    }
}
