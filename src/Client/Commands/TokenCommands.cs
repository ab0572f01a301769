using System.CommandLine;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster token …</c>.</summary>
internal static class TokenCommands
{
    public static Command Create(ClientEnvironment environment) => new("token", "Make, list and revoke tokens of a silo.")
    {
        new TokenCreateCommand(environment),
        new TokenListCommand(environment),
        new TokenRevokeCommand(environment),
    };
}
