namespace SeqCluster.Models.Decoding;

/// <summary>What a <see cref="SoundGenerator"/> is asked for.</summary>
public sealed record SoundRequest
{
    /// <summary>Samples to generate.</summary>
    public required int Count { get; init; }

    /// <summary>The level before the first sample.</summary>
    public required int Silence { get; init; }

    /// <summary>How each level is drawn.</summary>
    public required DecodingOptions Options { get; init; }

    /// <summary>What the whole sound is conditioned on; null without classes.</summary>
    public int? SoundClass { get; init; }

    /// <summary>Levels that the sound begins with.</summary>
    public IReadOnlyList<int> Beginning { get; init; } = [];

    /// <summary>[samples, F], the beginning's first: what each sample is conditioned on. Empty without features.</summary>
    public float[] Features { get; init; } = [];
}
