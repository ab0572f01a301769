using SeqCluster.Data.Manifests;
using SeqCluster.Data.Splits;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>
/// Turns pairs of lines into a dataset: reads the training part once for the vocabularies, then every part for its tokens. What it
/// refuses, it refuses with the places of all faults.
/// </summary>
internal static class PairPreparation
{
    /// <exception cref="PreparationFault">A side is empty, a pair too long, a part without pairs.</exception>
    public static DatasetManifest Prepare(PairTextSettings settings, PairSource source, PreparationContext context)
    {
        var (sources, targets) = PairTokenizers.Learn(settings, source, context);
        return Prepare(settings, source, sources, targets, context);
    }

    /// <summary>The same with vocabularies that are known.</summary>
    public static DatasetManifest Prepare(
        PairTextSettings settings, PairSource source, SymbolTokenizer sourceTokenizer, SymbolTokenizer targetTokenizer, PreparationContext context)
    {
        var faults = new FaultList();
        var part = new PairPart(settings, sourceTokenizer, targetTokenizer, context, faults, source.IsOurs);
        var train = part.Write("training", source.Train(), isTrainedOn: true);
        var validation = source.Validation is null ? [] : part.Write("validation", source.Validation(), isTrainedOn: false);
        var test = source.Test is null ? null : part.Write("test", source.Test(), isTrainedOn: false);
        faults.ThrowIfAny();
        return new DatasetManifest
        {
            Format = DatasetManifest.CurrentFormat,
            Data = new DataDescription
            {
                Kind = DataKinds.Pairs,
                Tokenizer = targetTokenizer.ToEntry(),
                SourceTokenizer = sourceTokenizer.ToEntry(),
                IsLowercase = settings.Lowercase ? true : null,
            },
            Train = train,
            Validation = validation,
            Test = test,
            Sources = [.. source.Files.Select(context.SourceOf)],
        };
    }

    internal static string Case(string text, PairTextSettings settings) => settings.Lowercase ? text.ToLowerInvariant() : text;
}

/// <summary>Writes the parts of one dataset of pairs, one after the other.</summary>
internal sealed class PairPart(
    PairTextSettings settings, SymbolTokenizer sourceTokenizer, SymbolTokenizer targetTokenizer, PreparationContext context, FaultList faults, bool isOurs)
{
    /// <summary>Writes one part.</summary>
    /// <param name="name">For faults.</param>
    /// <param name="pairs">Its pairs.</param>
    /// <param name="isTrainedOn">Whether overlong pairs may be dropped, and nobody decodes it.</param>
    public IReadOnlyList<ShardEntry> Write(string name, IEnumerable<TextPair> pairs, bool isTrainedOn)
    {
        var writer = context.Writer.NewExamples();
        foreach (var pair in pairs)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var source = sourceTokenizer.Encode(PairPreparation.Case(pair.Source, settings));
            var target = targetTokenizer.Encode(PairPreparation.Case(pair.Target, settings));
            var isEmpty = AddEmpty(pair, source.Length, target.Length);
            if (!isEmpty && Fits(pair, source.Length, target.Length, isTrainedOn))
            {
                writer.Write(
                    ExampleWriter.Tokens(source), ExampleWriter.Tokens(target), isTrainedOn ? [] : ExampleWriter.Text(PairPreparation.Case(pair.Target, settings)));
            }
        }

        if (writer.Count == 0 && faults.Count == 0)
        {
            faults.Add($"data: no pair is left for the {name} part: give more, or raise model.block");
        }

        return writer.Finish();
    }

    private bool AddEmpty(TextPair pair, int sourceLength, int targetLength)
    {
        if (sourceLength > 0 && targetLength > 0)
        {
            return false;
        }

        var side = (sourceLength, targetLength) switch { (0, 0) => "both sides are", (0, _) => "the source is", _ => "the target is" };
        faults.Add($"{pair.Place}: {side} empty: a pair needs both; take the line out of both files");
        return true;
    }

    // One place more than tokens: the end, or the begin, of the sequence.
    private bool Fits(TextPair pair, int sourceLength, int targetLength, bool isTrainedOn)
    {
        var longest = Math.Max(sourceLength, targetLength) + 1;
        if (context.Block is not { } block || longest <= block)
        {
            return true;
        }

        if (settings.Overlong == "refuse" || !(isTrainedOn || isOurs))
        {
            faults.Add($"{pair.Place}: {longest} places with the end of the sequence, the model has model.block = {block}: raise it, take the line out{(isTrainedOn || isOurs ? ", or set data.overlong: drop" : "")}");
        }

        return false;
    }
}
