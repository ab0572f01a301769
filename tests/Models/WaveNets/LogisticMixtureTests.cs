using System.Runtime.InteropServices;
using SeqCluster.Models.Decoding;
using SeqCluster.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.WaveNets;

public sealed class LogisticMixtureTests
{
    [TorchTheory]
    [InlineData(2)]
    [InlineData(256)]
    public void NegativeLogLikelihood_OverAllLevels_IsADistribution(int levels)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var parameters = tensor(new[] { 0.3, -0.4, -1.5, 0.6, -1.0, -3.0 }, [1, 6], ScalarType.Float64).expand(levels, 6);
        var loss = LogisticMixture.NegativeLogLikelihood(parameters, arange(levels, ScalarType.Int64), levels);

        Assert.Equal(1, (-loss).exp().sum().item<double>(), 1e-6);
    }

    [TorchFact]
    public void NegativeLogLikelihood_OfSixteenBits_GoesOverIntoTheDensity()
    {
        using var scope = NewDisposeScope();
        // One broad logistic: a bin of 2/65535 at its middle has the density 1/(4 s) there.
        var parameters = tensor(new[] { 0.0, 0.0, 0.0 }, [1, 3], ScalarType.Float32);
        var loss = LogisticMixture.NegativeLogLikelihood(parameters, tensor(new[] { 32_768L }, ScalarType.Int64), 65_536);

        Assert.Equal(-Math.Log(2.0 / 65_535 / 4), loss.item<float>(), 1e-3);
    }

    [TorchFact]
    public void NegativeLogLikelihood_AtTheEdgesAndFarAway_HasFiniteGradients()
    {
        using var scope = NewDisposeScope();
        var parameters = tensor(new[] { 0f, 5f, -20f }, [1, 3], ScalarType.Float32).expand(4, 3).clone().requires_grad_();
        LogisticMixture.NegativeLogLikelihood(parameters, tensor(new[] { 0L, 100, 254, 255 }, ScalarType.Int64), 256).sum().backward();

        Assert.All(MemoryMarshal.Cast<byte, float>(parameters.grad!.contiguous().bytes).ToArray(), slope => Assert.True(float.IsFinite(slope)));
    }

    [Fact]
    public void Next_ManyDraws_HaveTheMixturesShares()
    {
        // Two narrow logistics, e to 1.
        float[] parameters = [1, 0, -0.5f, 0.5f, -6, -6];
        var sampler = new LogisticSampler(new DecodingOptions { Temperature = 1, Seed = 3 }, 256);
        var draws = Enumerable.Range(0, 4_000).Select(_ => sampler.Next(parameters)).ToList();

        Assert.Equal(Math.E / (1 + Math.E), draws.Count(level => level < 128) / 4_000.0, 0.03);
        Assert.Equal(64, draws.Where(level => level < 128).Average(), 0.3);
        Assert.Equal(64, new LogisticSampler(new DecodingOptions { Temperature = 0 }, 256).Next(parameters));
    }
}
