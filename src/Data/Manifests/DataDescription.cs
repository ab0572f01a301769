using System.Text.Json.Serialization;

namespace SeqCluster.Data.Manifests;

/// <summary>
/// What a model, and whoever uses it later, must know of the data: the kind of samples, what their numbers mean, how many different
/// ones there are. Part of the dataset's manifest, and of every checkpoint, which thereby needs no dataset to be used.
/// Members that a kind does not have are null, and absent in the file.
/// </summary>
public sealed record DataDescription
{
    /// <summary>One of <see cref="DataKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Of a text, or of the targets of pairs.</summary>
    public TokenizerEntry? Tokenizer { get; init; }

    /// <summary>Of the sources of pairs.</summary>
    public TokenizerEntry? SourceTokenizer { get; init; }

    /// <summary>Of text in pairs: letters were turned into lower case; null for no.</summary>
    public bool? IsLowercase { get; init; }

    /// <summary>Of a series: numbers at each place of the input.</summary>
    public int? InputFeatures { get; init; }

    /// <summary>Of a series: numbers at each place of the targets.</summary>
    public int? OutputFeatures { get; init; }

    /// <summary>Of a series from files: its inputs, in their order.</summary>
    public IReadOnlyList<SeriesColumn>? InputColumns { get; init; }

    /// <summary>Of a series from files: its targets, in their order.</summary>
    public IReadOnlyList<SeriesColumn>? OutputColumns { get; init; }

    /// <summary>Of audio: samples per second.</summary>
    public int? SampleRate { get; init; }

    /// <summary>Of audio: quantization levels.</summary>
    public int? Levels { get; init; }

    /// <summary>Of audio: how amplitudes become levels, by its name (<see cref="Audio.Quantization"/>).</summary>
    public string? Quantization { get; init; }

    /// <summary>Of audio: numbers that each place is conditioned on.</summary>
    public int? FeatureChannels { get; init; }

    /// <summary>Of audio: samples that have the same ones.</summary>
    public int? FeatureHop { get; init; }

    /// <summary>Of audio: the names of what a recording can be conditioned on, in the order of their numbers.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Different tokens, or levels, to predict; 0 for real numbers.</summary>
    [JsonIgnore]
    public int VocabularySize => Tokenizer?.Size ?? Levels ?? 0;

    /// <summary>Different tokens in the sources of pairs; 0 without sources.</summary>
    [JsonIgnore]
    public int SourceVocabularySize => SourceTokenizer?.Size ?? 0;
}
