using System.Numerics;
using SeqCluster.Data.Audio;
using SeqCluster.Data.Randomness;

namespace SeqCluster.Data.Tests.Audio;

public sealed class SpectrogramTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    public void Forward_RandomValues_IsTheDefinition(int count)
    {
        var random = new SplitMix64(3);
        var values = Enumerable.Range(0, count).Select(_ => new Complex(random.Next(1_000) - 500, random.Next(1_000) - 500)).ToArray();
        var expected = Enumerable.Range(0, count)
            .Select(k => values.Select((value, n) => value * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * n / count)).Aggregate(Complex.Add));

        var transformed = values.ToArray();
        FourierTransform.Forward(transformed);

        Assert.All(expected.Zip(transformed), pair => Assert.InRange(Complex.Abs(pair.First - pair.Second), 0, 1e-8));
    }

    [Fact]
    public void Forward_NoPowerOfTwo_IsRefused() => Assert.Throws<ArgumentException>(() => FourierTransform.Forward(new Complex[12]));

    [Fact]
    public void PartAt_Chord_IsNearlyAllInItsBinsAndNowhereElse()
    {
        var spectrogram = Spectrogram.Of(ToneChord.Of(ToneChord.Frequencies, 2_000, 4_000), 512, 256);

        Assert.InRange(spectrogram.PartAt(ToneChord.Frequencies), 0.95, 1);
        Assert.InRange(spectrogram.PartAt([400, 500, 600]), 0, 0.001);
        Assert.Equal((257, 14, 2_000 / 512.0), (spectrogram.Bins, spectrogram.Frames, spectrogram.BinHz));
    }

    [Fact]
    public void PartAt_Noise_IsTheBinsOfIt()
    {
        var random = new SplitMix64(5);
        var noise = new Sound(2_000, 1, [.. Enumerable.Range(0, 20_000).Select(_ => (random.Next(2_000) / 1_000f) - 1)]);

        Assert.Equal(9 / 255.0, Spectrogram.Of(noise, 512, 256).PartAt(ToneChord.Frequencies), 0.01);
    }

    [Fact]
    public void PartAt_Silence_IsNothing() =>
        Assert.Equal(0, Spectrogram.Of(new Sound(2_000, 1, new float[10]), 64, 32).PartAt([200]));

    [Fact]
    public void ToneChord_ToneThatTheRateCannotCarry_IsRefused() =>
        Assert.Contains("1000 Hz", Assert.Throws<ArgumentException>(() => ToneChord.Of([500, 1_000], 2_000, 10)).Message);
}
