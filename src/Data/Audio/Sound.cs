namespace SeqCluster.Data.Audio;

/// <summary>A piece of sound in memory.</summary>
/// <param name="Rate">Frames a second, Hz.</param>
/// <param name="Channels">Samples in a frame.</param>
/// <param name="Samples">Amplitudes, frame by frame; ±1 is full scale.</param>
public sealed record Sound(int Rate, int Channels, float[] Samples)
{
    /// <summary>Frames in it.</summary>
    public int Frames => Samples.Length / Channels;

    /// <summary>Its length.</summary>
    public double Seconds => (double)Frames / Rate;
}
