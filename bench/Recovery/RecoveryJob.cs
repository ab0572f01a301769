using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Bench.Recovery;

/// <summary>The job that loses its workers: a small language model with all that could tell orders of additions apart.</summary>
internal static class RecoveryJob
{
    /// <summary>Of how many replicas.</summary>
    public const int Replicas = 4;

    /// <summary>What it is, for the report.</summary>
    public const string Words = "decoder-only Transformer, width 64, 2 layers, block 32, dropout, clipping, weight decay, AdamW; 4 replicas of micro-batch 8";

    private static readonly string Folder = Path.Combine(Path.GetTempPath(), $"seqcluster-recovery-text-{Environment.ProcessId}");

    /// <summary>The job, without an end of its own.</summary>
    public static JobSubmission Of(params string[] overrides)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllLines(Path.Combine(Folder, "text.txt"), Enumerable.Range(0, 3_000).Select(number => $"line {number} of the text, and {number * 7919 % 1013} more"));
        return new JobSubmission { Name = "recovery.yaml", File = Text, DataFolder = Folder, Overrides = overrides };
    }

    /// <summary>Removes its text.</summary>
    public static void Remove() => Directory.Delete(Folder, recursive: true);

    private const string Text = """
        name: recovery
        seed: 1
        model: {kind: transformer-lm, width: 64, layers: 2, heads: 2, block: 32, dropout: 0.1}
        data: {path: text.txt}
        train:
          steps: 1000000
          microBatch: 8
          clipNorm: 0.3
          checkpointEverySteps: 20
          optimizer: {kind: adamw, learningRate: 0.001, weightDecay: 0.1}
          schedule: {kind: constant}
        evaluate: {everySteps: 15, batches: 8, batchSize: 8}
        workers: {min: 1, max: 1, replicas: 4}
        """;
}
