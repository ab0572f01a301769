using System.Text;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Data.Preparation;

/// <summary>
/// Turns text files into a dataset: reads them twice (characters and length, then tokens), writes shards and a manifest
/// into a folder named by the manifest's hash. The same text always gives the same dataset, byte for byte; a dataset that
/// is already there is left as it is. Memory does not grow with the text.
/// </summary>
public static class TextPreparation
{
    /// <summary>4 Mi tokens: 8 MiB a file.</summary>
    public const int TokensPerShard = 4 << 20;

    private const int VocabularyBound = ushort.MaxValue + 1;

    /// <summary>Prepares the text under <paramref name="datasetsFolder"/>.</summary>
    /// <param name="datasetsFolder">Each dataset is a folder in it.</param>
    /// <param name="options">Which text, how.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    /// <param name="cancellation">Leaves nothing behind when it is cancelled.</param>
    /// <exception cref="PreparationFault">Files are missing, empty, not text, or too short.</exception>
    public static PreparedDataset Prepare(
        string datasetsFolder,
        TextPreparationOptions options,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        var files = SourceFiles.Find(options.BaseFolder, options.Path, out var faults);
        if (faults.Count > 0)
        {
            throw new PreparationFault(faults);
        }

        using var source = new TextSource(files, options.Tokenizer, progress, cancellation);
        var survey = source.Survey();
        var validation = (long)(survey.Symbols * options.ValidationFraction);
        CheckLengths(options, survey, validation);

        Directory.CreateDirectory(datasetsFolder);
        var staging = Directory.CreateDirectory(Path.Combine(datasetsFolder, ".preparing-" + Path.GetRandomFileName())).FullName;
        try
        {
            var manifest = WriteShards(staging, options, source, survey, survey.Symbols - validation);
            return Publish(datasetsFolder, staging, manifest);
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    private static void CheckLengths(TextPreparationOptions options, TextSurvey survey, long validation)
    {
        var faults = new List<string>();
        if (survey.Symbols - validation < options.MinimumTokens)
        {
            faults.Add($"data.path: {survey.Symbols - validation:N0} tokens to train on, one block needs {options.MinimumTokens:N0}: give more text or a smaller block");
        }

        if (options.ValidationFraction > 0 && validation < options.MinimumTokens)
        {
            faults.Add($"data.validationFraction = {options.ValidationFraction}: holds out {validation:N0} tokens, one block needs {options.MinimumTokens:N0}: give more text, a larger fraction, or 0");
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
        string folder, TextPreparationOptions options, TextSource source, TextSurvey survey, long trainSymbols)
    {
        var shardFolder = Directory.CreateDirectory(Path.Combine(folder, DatasetManifest.ShardFolder)).FullName;
        var tokenizer = options.Tokenizer == CharTokenizer.Name ? new CharTokenizer(survey.Vocabulary) : null;
        using var train = new ShardWriter(shardFolder, TokensPerShard);
        using var validation = new ShardWriter(shardFolder, TokensPerShard);
        foreach (var symbol in source.Symbols())
        {
            var token = tokenizer is null ? symbol : tokenizer.NumberOf(new Rune(symbol))!.Value;
            (train.Tokens < trainSymbols ? train : validation).Write(token);
        }

        return new DatasetManifest
        {
            Format = DatasetManifest.CurrentFormat,
            Data = new DataDescription
            {
                Kind = DataKinds.Text,
                Tokenizer = new TokenizerEntry
                {
                    Kind = options.Tokenizer,
                    Vocabulary = tokenizer is null ? null : string.Concat(tokenizer.Vocabulary),
                    Size = tokenizer?.VocabularySize ?? new ByteTokenizer().VocabularySize,
                },
            },
            Train = train.Finish(),
            Validation = validation.Finish(),
            Sources = [.. source.Files.Select(file => new SourceEntry(
                Path.GetRelativePath(Path.GetFullPath(options.BaseFolder), file), new FileInfo(file).Length))],
        };
    }

    private static PreparedDataset Publish(string datasetsFolder, string staging, DatasetManifest manifest)
    {
        File.WriteAllBytes(Path.Combine(staging, DatasetManifest.FileName), manifest.ToBytes());
        var sha256 = manifest.Sha256();
        var folder = Path.Combine(Path.GetFullPath(datasetsFolder), sha256);
        try
        {
            Directory.Move(staging, folder);
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, DatasetManifest.FileName)))
        {
            // The same content is already prepared, perhaps a moment ago by another process: it is the same bytes.
        }

        return new PreparedDataset(folder, sha256, manifest);
    }
}
