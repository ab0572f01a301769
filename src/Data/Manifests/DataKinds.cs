namespace SeqCluster.Data.Manifests;

/// <summary>The kinds of samples. A dataset is of one kind; a model says which kinds it takes.</summary>
public static class DataKinds
{
    /// <summary>A stream of tokens, read in blocks (<see cref="Reading.TextBatch"/>).</summary>
    public const string Text = "text";

    /// <summary>Pairs of token sequences (<see cref="Reading.PairBatch"/>).</summary>
    public const string Pairs = "pairs";

    /// <summary>Recordings, read in windows (<see cref="Reading.AudioBatch"/>).</summary>
    public const string Audio = "audio";

    /// <summary>Sequences of real numbers (<see cref="Reading.SeriesBatch"/>).</summary>
    public const string Series = "series";
}
