using System.CommandLine;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster data …</c>.</summary>
internal static class DataCommands
{
    public static Command Create(ClientEnvironment environment) => new("data", "Prepare, fetch, list and show data.")
    {
        new DataPrepareCommand(environment),
        new DataFetchCommand(environment),
        new DataListCommand(environment),
        new DataShowCommand(environment),
        new DataShardsCommand(environment),
    };
}
