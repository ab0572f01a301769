using SeqCluster.Models.Decoding;

namespace SeqCluster.Models.Tests.Decoding;

public sealed class TokenSamplerTests
{
    private static readonly float[] Scores = [0, 1, 2, 3, -1];

    [Theory]
    [InlineData(1.0, 0)]
    [InlineData(0.5, 0)]
    [InlineData(2.0, 3)]
    public void Next_ManyDraws_HaveTheSoftmaxFrequencies(double temperature, int topK)
    {
        const int Draws = 40_000;
        var sampler = new TokenSampler(new DecodingOptions { Temperature = temperature, TopK = topK, Seed = 4 });
        var counts = new int[Scores.Length];
        for (var i = 0; i < Draws; i++)
        {
            counts[sampler.Next(Scores)]++;
        }

        var kept = Scores.Select((score, token) => (token, Weight: Math.Exp(score / temperature)))
            .OrderByDescending(entry => entry.Weight).Take(topK == 0 ? Scores.Length : topK).ToDictionary(entry => entry.token, entry => entry.Weight);
        for (var token = 0; token < Scores.Length; token++)
        {
            // Five standard deviations of a frequency of at most one half.
            Assert.Equal(kept.GetValueOrDefault(token) / kept.Values.Sum(), (double)counts[token] / Draws, 5 * 0.5 / Math.Sqrt(Draws));
        }
    }

    [Fact]
    public void Next_TemperatureZero_TakesTheFirstBest() =>
        Assert.Equal(1, new TokenSampler(new DecodingOptions { Temperature = 0 }).Next([0, 5, 5, 1]));

    [Fact]
    public void Next_HugeScores_DoNotOverflow() =>
        Assert.Equal(1, new TokenSampler(new DecodingOptions { Temperature = 0.01 }).Next([-1e30f, 1e30f, 0]));

    [Fact]
    public void Next_ScoreNotANumber_IsRefused() =>
        Assert.Contains("token 1", Assert.Throws<ArgumentException>(() => new TokenSampler(new DecodingOptions()).Next([0, float.NaN])).Message);

    [Theory]
    [InlineData(-1.0, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(1.0, -1)]
    public void New_OptionsOutOfRange_AreRefused(double temperature, int topK) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(new DecodingOptions { Temperature = temperature, TopK = topK }));
}
