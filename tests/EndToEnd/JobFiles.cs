namespace SeqCluster.EndToEnd.Tests;

/// <summary>Job files of these tests.</summary>
internal static class JobFiles
{
    /// <summary>A job of some seconds with everything on that could tell orders of additions apart.</summary>
    public static string Small(string text, int replicas, int steps = 12) => $$"""
        name: small
        seed: 1
        model: {kind: transformer-lm, width: 32, layers: 2, heads: 2, block: 16, dropout: 0.2}
        data: {path: '{{text}}'}
        train:
          steps: {{steps}}
          microBatch: 3
          clipNorm: 0.3
          optimizer: {kind: adamw, learningRate: 0.01, weightDecay: 0.1}
          schedule: {kind: cosine, warmupSteps: 3, minimumLearningRate: 0.001}
        evaluate: {everySteps: 6, batches: 3, batchSize: 4}
        workers: {min: 1, max: 1, replicas: {{replicas}}}
        """;
}
