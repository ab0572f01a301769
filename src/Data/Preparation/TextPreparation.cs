using System.Text;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Data.Preparation;

/// <summary>
/// Turns text files into a stream of tokens: reads them twice (characters and length, then tokens). Memory does not grow with the
/// text.
/// </summary>
internal static class TextPreparation
{
    private const int VocabularyBound = ushort.MaxValue + 1;

    /// <exception cref="PreparationFault">Files are missing, empty, not text, or too short.</exception>
    public static DatasetManifest Prepare(TextSettings settings, PreparationContext context)
    {
        var files = SourceFiles.Find(context.BaseFolder, settings.Path, out var faults);
        if (faults.Count > 0)
        {
            throw new PreparationFault(faults);
        }

        var source = new TextSource(files, settings.Tokenizer, context.Progress, context.Cancellation);
        var survey = source.Survey();
        var heldOut = new HeldOutText(survey.Symbols, settings);

        // One block and its last target is the least that can be trained on.
        CheckLengths(settings, survey, heldOut.Count, minimumTokens: (context.Block ?? 1) + 1);
        return WriteShards(settings, context, source, survey, heldOut);
    }

    private static void CheckLengths(TextSettings settings, TextSurvey survey, long validation, long minimumTokens)
    {
        var faults = new List<string>();
        if (survey.Symbols - validation < minimumTokens)
        {
            faults.Add($"data.path: {survey.Symbols - validation:N0} tokens to train on, one block needs {minimumTokens:N0}: give more text or a smaller block");
        }

        if (settings.ValidationFraction > 0 && validation < minimumTokens)
        {
            faults.Add($"data.validationFraction = {settings.ValidationFraction}: holds out {validation:N0} tokens, one block needs {minimumTokens:N0}: give more text, a larger fraction, or 0");
        }

        if (settings.ValidationPieces > survey.Symbols)
        {
            faults.Add($"data.validationPieces = {settings.ValidationPieces}: the text has {survey.Symbols:N0} tokens: give more text or fewer pieces");
        }

        if (survey.Vocabulary.Count > VocabularyBound)
        {
            faults.Add($"data.path: {survey.Vocabulary.Count:N0} different characters, at most {VocabularyBound:N0}: use tokenizer: byte");
        }

        if (faults.Count > 0)
        {
            throw new PreparationFault(faults);
        }
    }

    private static DatasetManifest WriteShards(
        TextSettings settings, PreparationContext context, TextSource source, TextSurvey survey, HeldOutText heldOut)
    {
        var tokenizer = settings.Tokenizer == CharTokenizer.Name ? new CharTokenizer(survey.Vocabulary) : null;
        var (train, validation) = (context.Writer.NewStream(), context.Writer.NewStream());
        foreach (var symbol in source.Symbols())
        {
            var token = tokenizer is null ? symbol : tokenizer.NumberOf(new Rune(symbol))!.Value;
            (heldOut.Has(train.Tokens + validation.Tokens) ? validation : train).Write(token);
        }

        return new DatasetManifest
        {
            Format = DatasetManifest.CurrentFormat,
            Data = new DataDescription
            {
                Kind = DataKinds.Text,
                Tokenizer = new TokenizerEntry
                {
                    Kind = settings.Tokenizer,
                    Vocabulary = tokenizer is null ? null : string.Concat(tokenizer.Vocabulary),
                    Size = tokenizer?.VocabularySize ?? new ByteTokenizer().VocabularySize,
                },
            },
            Train = train.Finish(),
            Validation = validation.Finish(),
            Sources = [.. source.Files.Select(context.SourceOf)],
        };
    }
}
