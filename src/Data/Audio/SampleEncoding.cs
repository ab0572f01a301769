namespace SeqCluster.Data.Audio;

/// <summary>How a WAV file stores one sample.</summary>
public enum SampleEncoding
{
    /// <summary>8 bits, unsigned, 128 is silence.</summary>
    Pcm8,

    /// <summary>16 bits, signed, little-endian.</summary>
    Pcm16,

    /// <summary>24 bits, signed, little-endian.</summary>
    Pcm24,

    /// <summary>IEEE 754 single precision, little-endian; ±1 is full scale.</summary>
    Float32,
}
