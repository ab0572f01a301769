using System.CommandLine;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster data …</c>.</summary>
internal static class DataCommands
{
    public static Command Create(ClientEnvironment environment) => new("data", "Prepare, fetch and list data.")
    {
        new DataPrepareCommand(environment),
        new DataFetchCommand(environment),
        new DataListCommand(environment),
        new DataShardsCommand(environment),
    };
}
