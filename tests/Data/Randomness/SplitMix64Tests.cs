using SeqCluster.Data.Randomness;

namespace SeqCluster.Data.Tests.Randomness;

public sealed class SplitMix64Tests
{
    // The first outputs for seed 1234567 in the algorithm's reference implementation (Vigna, splitmix64.c).
    [Fact]
    public void Next_Seed1234567_EqualsReference()
    {
        var random = new SplitMix64(1234567);
        ulong[] reference = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.Equal(reference, reference.Select(_ => random.Next()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void NextBound_ManyDraws_StayInsideAndReachAll(int bound)
    {
        var random = new SplitMix64(7);
        var seen = new HashSet<long>();
        for (var draw = 0; draw < bound * 20; draw++)
        {
            var value = random.Next(bound);
            Assert.InRange(value, 0, bound - 1);
            seen.Add(value);
        }

        Assert.Equal(bound, seen.Count);
    }

    [Fact]
    public void Shuffle_ThreeItems_AllOrdersAboutEquallyOften()
    {
        var random = new SplitMix64(3);
        var counts = new Dictionary<string, int>();
        for (var round = 0; round < 6000; round++)
        {
            var items = "abc".ToCharArray();
            random.Shuffle<char>(items);
            counts[new string(items)] = counts.GetValueOrDefault(new string(items)) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void Derive_NeighbouringArguments_GiveDifferentSeeds()
    {
        var seeds = new HashSet<ulong>();
        foreach (var purpose in Enum.GetValues<RandomPurpose>())
        {
            for (var step = 0; step < 30; step++)
            {
                for (var replica = 0; replica < 30; replica++)
                {
                    Assert.True(seeds.Add(SeedDerivation.Derive(1, purpose, step, replica)));
                    Assert.InRange(SeedDerivation.DeriveTorchSeed(1, purpose, step, replica), 0, uint.MaxValue);
                }
            }
        }
    }
}
