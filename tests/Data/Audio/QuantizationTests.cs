using SeqCluster.Data.Audio;

namespace SeqCluster.Data.Tests.Audio;

public sealed class QuantizationTests
{
    [Theory]
    [InlineData("muLaw", 256)]
    [InlineData("linear16", 65_536)]
    public void Decode_EveryLevel_ComesBack(string name, int levels)
    {
        var quantization = Quantization.Named(name);

        Assert.Equal(levels, quantization.Levels);
        Assert.All(Enumerable.Range(0, levels), level => Assert.Equal(level, quantization.Encode(quantization.Decode(level))));
        Assert.Equal(quantization.Silence, quantization.Encode(0));
        Assert.Equal((0, levels - 1), (quantization.Encode(-9), quantization.Encode(9)));
        Assert.Throws<ArgumentOutOfRangeException>(() => quantization.Decode(levels));
    }

    [Fact]
    public void Named_Unknown_IsRefused() => Assert.Contains("muLaw or linear16", Assert.Throws<ArgumentException>(() => Quantization.Named("alaw")).Message);
}
