using System.CommandLine;
using System.Globalization;
using SeqCluster.Client.Sdk;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster checkpoints JOB</c>.</summary>
internal sealed class CheckpointsCommand : SiloVerb
{
    private readonly Argument<string> job = JobArgument();

    public CheckpointsCommand(ClientEnvironment environment)
        : base(environment, "checkpoints", "List a job's checkpoints, by step, and why each is kept.", "seqcluster checkpoints char-lm-x4k2qa") => Arguments.Add(job);

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var checkpoints = await client.GetCheckpointsAsync(line.GetRequiredValue(job), cancellation);
        if (IsJson(line))
        {
            WriteJson(checkpoints);
            return ExitCodes.Done;
        }

        TextTable.Write(
            Environment.Output,
            ["STEP", "COMMITTED", "BYTES", "LOSS", "KEPT AS", "WEIGHTS SHA-256", "CHECKPOINT"],
            [.. checkpoints.Select(one => (string[])
            [
                $"{one.Step}",
                one.CommittedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                one.SizeBytes.ToString("#,0", CultureInfo.InvariantCulture),
                one.EvaluatedLoss is { } loss ? ProgressText.Loss(loss) : "-",
                one.KeptAs.Count > 0 ? string.Join(", ", one.KeptAs) : "-",
                one.WeightsSha256,
                one.IsDamaged ? $"{one.Reference} (damaged)" : one.Reference,
            ])],
            whenEmpty: "no checkpoints yet");
        return ExitCodes.Done;
    }
}
