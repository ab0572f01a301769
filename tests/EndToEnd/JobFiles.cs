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

    /// <summary>A small job of each family: pairs by attention and by recurrence, a recurrent language model whose rows carry their state, series.</summary>
    public static IReadOnlyDictionary<string, string> Families(string text, int replicas) => new Dictionary<string, string>
    {
        ["transformer"] = Pairs("{kind: transformer, width: 16, encoderLayers: 1, decoderLayers: 1, heads: 2, block: 8, dropout: 0.2}", replicas, "ema: 0.99\n  microBatchTokens: 20"),
        ["seq2seq"] = Pairs("{kind: seq2seq, width: 12, embeddingWidth: 8, block: 8, dropout: 0.2}", replicas, "microBatch: 3"),
        ["tracks"] = $$"""
            seed: 1
            model: {kind: recurrent-lm, width: 12, embeddingWidth: 8, layers: 2, block: 10, dropout: 0.2}
            data: {path: '{{text}}'}
            train:
              steps: 8
              microBatch: 2
              sampling: tracks
              clipNorm: 0.3
              optimizer: {learningRate: 0.01, weightDecay: 0.1}
            evaluate: {everySteps: 4, batches: 2, batchSize: 4}
            workers: {min: 1, max: 1, replicas: {{replicas}}}
            """,
        ["tcn"] = Series("{kind: tcn, width: 6, levels: 3, kernel: 3, block: 20, dropout: 0.2}", replicas),
        ["recurrent-series"] = Series("{kind: recurrent-series, width: 6, layers: 2, block: 20, dropout: 0.2}", replicas),
    };

    private static string Series(string model, int replicas) => $$"""
        seed: 1
        model: {{model}}
        data: {kind: adding, length: 20, examples: 70, validationExamples: 12}
        train:
          steps: 8
          microBatch: 3
          clipNorm: 0.3
          optimizer: {kind: adamw, learningRate: 0.01, weightDecay: 0.1}
        evaluate: {everySteps: 4, batches: 2, batchSize: 4}
        workers: {min: 1, max: 1, replicas: {{replicas}}}
        """;

    private static string Pairs(string model, int replicas, string train) => $$"""
        seed: 1
        model: {{model}}
        data: {kind: sort, length: 5, minimumLength: 2, symbols: 6, examples: 300, validationExamples: 20, testExamples: 12}
        train:
          steps: 8
          clipNorm: 0.3
          optimizer: {learningRate: 0.01, weightDecay: 0.1}
          {{train}}
        evaluate: {everySteps: 4, batches: 2, batchSize: 4}
        workers: {min: 1, max: 1, replicas: {{replicas}}}
        """;

    /// <summary>A WaveNet of two seconds of a chord, with a mean of its weights; the last step of its epoch is short.</summary>
    public static string Sound(int replicas, int steps = 8) => $$"""
        name: sound
        seed: 1
        model: {kind: wavenet, width: 8, skipWidth: 12, layers: 6, cycle: 3, block: 200, dropout: 0.1}
        data: {kind: chord, rate: 2000, seconds: 2}
        train:
          steps: {{steps}}
          microBatch: 2
          clipNorm: 0.3
          ema: 0.99
          optimizer: {kind: adamw, learningRate: 0.01, weightDecay: 0.1}
        evaluate: {everySteps: 4, batches: 2, batchSize: 1}
        workers: {min: 1, max: 1, replicas: {{replicas}}}
        """;

    /// <summary>The model of <c>examples/own-model</c>.</summary>
    public static string Own(string text, string assembly, string sha256, int replicas) => $$"""
        name: own
        seed: 1
        model: {assembly: '{{assembly}}', type: OwnModel.GruLanguageModel, sha256: '{{sha256}}', settings: {width: 12, block: 16} }
        data: {path: '{{text}}'}
        train: {steps: 6, microBatch: 3, clipNorm: 0.3}
        workers: {min: 1, max: 1, replicas: {{replicas}}}
        """;

    /// <summary>Two steps of a small Transformer that is to turn sequences of letters round.</summary>
    public static string Reverse => """
        name: reverse
        model: {kind: transformer, width: 8, encoderLayers: 1, decoderLayers: 1, heads: 1, block: 8}
        data: {kind: reverse, length: 5, symbols: 4, examples: 60, validationExamples: 8, testExamples: 8}
        train: {steps: 2, microBatch: 4}
        workers: {max: 1}
        """;
}
