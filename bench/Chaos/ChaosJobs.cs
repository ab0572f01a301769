using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Bench.Chaos;

/// <summary>
/// The jobs that go through it: models so small that two cores bear eight of them, with dropout, clipping and weight decay on, and
/// evaluations and checkpoints often.
/// </summary>
internal static class ChaosJobs
{
    /// <summary>What <c>--model</c> may be.</summary>
    public static readonly IReadOnlyList<string> Models = ["transformer", "lstm", "wavenet"];

    /// <summary>A job for one worker; overrides give it more.</summary>
    /// <param name="folder">Where its text lies.</param>
    /// <param name="options">Which model and strategy.</param>
    /// <param name="replicas">R.</param>
    /// <param name="overrides">Laid over it.</param>
    public static JobSubmission Of(string folder, ChaosOptions options, int replicas, params string[] overrides) => new()
    {
        Name = "chaos.yaml",
        DataFolder = folder,
        Overrides = overrides,
        File = $$"""
            name: chaos
            seed: {{options.Seed}}
            {{ModelOf(options.Model)}}
              steps: {{options.Steps}}
              microBatch: 2
              clipNorm: 0.3
              checkpointEverySteps: 15
              strategy: {{options.Strategy}}
              optimizer: {kind: adamw, learningRate: 0.005, weightDecay: 0.1}
              schedule: {kind: cosine, warmupSteps: 10, minimumLearningRate: 0.001}
            evaluate: {everySteps: 20, batches: 8, batchSize: 2}
            workers: {min: 1, max: 1, replicas: {{replicas}}}
            """,
    };

    /// <summary>Writes the text that the language models learn.</summary>
    public static void WriteText(string folder) =>
        File.WriteAllLines(Path.Combine(folder, "text.txt"), Enumerable.Range(0, 1_000).Select(number => $"line {number} of the text, and {number * 7919 % 1013} more"));

    private static string ModelOf(string model) => model switch
    {
        "transformer" => """
            model: {kind: transformer-lm, width: 32, layers: 2, heads: 2, block: 16, dropout: 0.2}
            data: {path: text.txt}
            train:
            """,
        "lstm" => """
            model: {kind: recurrent-lm, cell: lstm, width: 32, embeddingWidth: 16, layers: 2, block: 12, dropout: 0.2}
            data: {path: text.txt}
            train:
              sampling: tracks
            """,
        _ => """
            model: {kind: wavenet, width: 16, skipWidth: 24, layers: 6, cycle: 3, block: 200, dropout: 0.1}
            data: {kind: chord, rate: 2000, seconds: 4}
            train:
            """,
    };
}

/// <summary>What a run of chaos is to be.</summary>
/// <param name="Length">How long things go wrong; the last job then comes to its end.</param>
/// <param name="Seed">Of what goes wrong, and of the jobs.</param>
/// <param name="Model">One of <see cref="ChaosJobs.Models"/>.</param>
/// <param name="Strategy">As in job files.</param>
/// <param name="KillsSilo">Whether the silo dies, too.</param>
internal sealed record ChaosOptions(TimeSpan Length, int Seed, string Model, string Strategy, bool KillsSilo)
{
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1);

    /// <summary>Worker processes. A short run has the time for few.</summary>
    public int Workers => Length < Short ? 4 : 8;

    /// <summary>Of each job.</summary>
    public int Steps => Length < Short ? 300 : 450;

    /// <summary>R of one job after the other, with the most workers that it takes.</summary>
    public IReadOnlyList<(int Replicas, int Workers)> Sizes => Length < Short ? [(6, 4)] : [(6, 4), (12, 8)];
}
