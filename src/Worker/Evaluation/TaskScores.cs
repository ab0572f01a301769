using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Metrics;
using SeqCluster.Data.Splits;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Worker.Evaluation;

/// <summary>The measures of each kind of samples, under the names that <c>--json</c> has.</summary>
internal static class TaskScores
{
    /// <summary>What follows from the mean loss.</summary>
    /// <param name="data">The kind of samples.</param>
    /// <param name="loss">Mean per target: nats, or, of real numbers, the squared error.</param>
    /// <param name="split">What it was measured on.</param>
    public static IReadOnlyList<JobScore> OfLoss(DataDescription data, double loss, DataSplit split) => (data.Kind, split) switch
    {
        (DataKinds.Series, SeriesSplit series) => [Score("mse", loss), Score("nmse", loss / series.TargetVariance())],
        (DataKinds.Text, _) => [Score("perplexity", Math.Exp(loss)), Score(BitsName(data), loss / Math.Log(2))],
        (DataKinds.Audio, _) => [Score("bits_per_sample", loss / Math.Log(2))],
        _ => [Score("perplexity", Math.Exp(loss))],
    };

    /// <summary>What follows from decoded sequences.</summary>
    /// <param name="hypotheses">What the model wrote.</param>
    /// <param name="references">What it should have written.</param>
    public static IReadOnlyList<JobScore> OfPairs(IReadOnlyList<string> hypotheses, IReadOnlyList<string> references) =>
    [
        Score("exact_match", (double)hypotheses.Zip(references).Count(pair => pair.First == pair.Second) / hypotheses.Count),
        new JobScore { Name = "bleu", Value = BleuScore.Of(hypotheses, references).Score, Signature = BleuScore.Signature() },
        new JobScore { Name = "chrf", Value = CharacterFScore.Of(hypotheses, [references]), Signature = CharacterFScore.Signature() },
    ];

    private static string BitsName(DataDescription data) => data.Tokenizer?.Kind == ByteTokenizer.Name ? "bits_per_byte" : "bits_per_character";

    private static JobScore Score(string name, double value) => new() { Name = name, Value = value };
}
