using System.CommandLine;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Access;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster token create</c>. The token is the output; what it is for goes beside it.</summary>
internal sealed class TokenCreateCommand : SiloVerb
{
    private readonly Option<TokenKind> kind = new("--kind") { Description = "client, worker, or metrics, which opens /metrics only.", Required = true };
    private readonly Option<string> name = new("--name") { Description = "For people: who has it.", DefaultValueFactory = _ => "" };

    public TokenCreateCommand(ClientEnvironment environment)
        : base(environment, "create", "Make a token; it is shown once.", "seqcluster token create --kind worker --name rack-2")
    {
        Options.Add(kind);
        Options.Add(name);
    }

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var made = await client.CreateTokenAsync(line.GetRequiredValue(kind), line.GetRequiredValue(name), cancellation);
        if (IsJson(line))
        {
            WriteJson(made);
            return ExitCodes.Done;
        }

        Environment.Output.WriteLine(made.Token);
        Environment.Error.WriteLine($"shown only now; to take it back: seqcluster token revoke {made.Description.Id}");
        return ExitCodes.Done;
    }
}
