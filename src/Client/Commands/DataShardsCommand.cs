using System.CommandLine;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster data shards</c>.</summary>
internal sealed class DataShardsCommand : SiloVerb
{
    private const int NameLength = 12;

    private readonly Argument<string> dataset = new("DATASET") { Description = "The SHA-256 of its manifest, as 'seqcluster show JOB --json' has it under data.manifestSha256." };

    public DataShardsCommand(ClientEnvironment environment)
        : base(
            environment,
            "shards",
            "List the shards of a dataset: who holds a verified copy, and which copies were found damaged.",
            "seqcluster data shards 9f2c… --silo http://127.0.0.1:7070") => Arguments.Add(dataset);

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var shards = await client.GetShardsAsync(line.GetRequiredValue(dataset), cancellation);
        if (IsJson(line))
        {
            WriteJson(shards);
            return ExitCodes.Done;
        }

        TextTable.Write(
            Environment.Output,
            ["SHARD", "BYTES", "STATE", "HELD BY", "FOUND DAMAGED"],
            [.. shards.Shards.Select(shard => (string[])
            [
                shard.Sha256[..NameLength], $"{shard.SizeBytes}", $"{shard.State}".ToLowerInvariant(), string.Join(", ", shard.Holders), string.Join("; ", shard.Damages),
            ])],
            whenEmpty: "no shards");
        return ExitCodes.Done;
    }
}
