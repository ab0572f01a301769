using SeqCluster.Collectives;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Splits;
using SeqCluster.Data.Tokenizing;
using SeqCluster.Models;
using SeqCluster.Models.Decoding;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Evaluation;

/// <summary>
/// What a finished model is worth by the measures of its task. Series with a test part are evaluated on it; pairs are decoded, shared out over the members; every member gets all
/// sequences and computes the same scores. A measure is one file or one line in <see cref="TaskScores"/>.
/// </summary>
internal sealed class TaskEvaluation(CollectiveGroup group, PreparedJob job, EvaluateSpec spec)
{
    private readonly bool decodes = job is { Model: PairModel, Test: PairSplit { Count: > 0 } };
    private readonly bool hasTestOfSeries = job.Test is SeriesSplit && job.Test != job.Validation;

    /// <summary>Whether the model is asked once more, which takes a while.</summary>
    public bool AsksTheModel => decodes || hasTestOfSeries;

    /// <summary>The scores; empty without held-out data. All members call it after the last step.</summary>
    /// <param name="step">The last step.</param>
    /// <param name="validationLoss">Mean loss on the validation part, nats; null without one.</param>
    /// <param name="mayGoOn">Called before each batch; throws to stop.</param>
    public IReadOnlyList<JobScore> Scores(int step, double? validationLoss, Action mayGoOn)
    {
        var scores = validationLoss is { } loss ? TaskScores.OfLoss(job.Manifest.Data, loss, job.Validation) : [];
        return decodes ? [.. scores, .. OfDecoded(step, (PairModel)job.Model, (PairSplit)job.Test, mayGoOn)]
            : hasTestOfSeries ? [.. scores, .. OfTest(step, mayGoOn)]
            : scores;
    }

    private IEnumerable<JobScore> OfTest(int step, Action mayGoOn) =>
        new Evaluator(group, job.Model, job.Test, spec).Evaluate(step, whole: true, mayGoOn) is { } loss
            ? TaskScores.OfLoss(job.Manifest.Data, loss, job.Test).Select(score => score with { Name = $"test_{score.Name}" })
            : [];

    private IReadOnlyList<JobScore> OfDecoded(int step, PairModel model, PairSplit test, Action mayGoOn)
    {
        var options = DecodingSetup.Of(spec, model);
        var count = spec.DecodedExamples == 0 ? test.Count : Math.Min(test.Count, spec.DecodedExamples);
        var decoded = new SharedDecoding(group, model, test, options).Decode(step, count, spec.BatchSize, mayGoOn);
        var tokenizer = TokenizerCatalog.Create(job.Manifest.Data.Tokenizer!);
        return TaskScores.OfPairs(
            [.. decoded.Select(tokens => tokenizer.Decode(tokens))],
            [.. Enumerable.Range(0, count).Select(example => test.Reference(example))]);
    }
}

/// <summary>Reads how a job wants its sequences decoded.</summary>
internal static class DecodingSetup
{
    public static SequenceOptions Of(EvaluateSpec spec, TrainableModel model) => new()
    {
        BeamWidth = spec.BeamWidth,
        LengthPenalty = spec.LengthPenalty == "power" ? LengthPenalty.Power : LengthPenalty.Wu,
        LengthPenaltyAlpha = spec.LengthPenaltyAlpha,

        // One place is the begin's.
        MaximumLength = spec.MaximumLength == 0 ? model.Block - 1 : Math.Min(spec.MaximumLength, model.Block - 1),
    };
}
