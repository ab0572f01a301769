using SeqCluster.Data.Audio;

namespace SeqCluster.Data.Tests.Audio;

public sealed class MuLawTests
{
    [Fact]
    public void Encode_PublishedAmplitudes_GivesTheirLevels()
    {
        float[] amplitudes = [-1, 1, .6f, -.25f, .01f, .33f, -.9999f, .42f, .1f, -.45f];

        Assert.Equal(new byte[] { 0, 255, 243, 32, 157, 230, 0, 235, 203, 18 }, MuLaw.Encode(amplitudes));
    }

    [Fact]
    public void Decode_EveryLevel_ComesBackAndSpansExactlyOne()
    {
        var amplitudes = Enumerable.Range(0, MuLaw.Levels).Select(level => MuLaw.Decode((byte)level)).ToArray();

        Assert.Equal(Enumerable.Range(0, MuLaw.Levels).Select(level => (byte)level), MuLaw.Encode(amplitudes));
        Assert.Equal((-1f, 1f), (amplitudes[0], amplitudes[^1]));
        Assert.Equal(amplitudes.Order(), amplitudes);
    }

    [Fact]
    public void Encode_BeyondTheRange_IsItsEdge()
    {
        Assert.Equal(new byte[] { 255, 0, 255, MuLaw.Silence }, MuLaw.Encode([1.5f, float.NegativeInfinity, float.PositiveInfinity, 0]));
        Assert.Throws<ArgumentException>(() => MuLaw.Encode(float.NaN));
    }
}
