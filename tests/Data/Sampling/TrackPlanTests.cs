using SeqCluster.Data.Sampling;

namespace SeqCluster.Data.Tests.Sampling;

public sealed class TrackPlanTests
{
    [Fact]
    public void Steps_InsideAnEpoch_GoOnWhereEachRowEnded()
    {
        var plan = new TrackPlan(tokens: 1000, block: 7, microBatch: 3, replicas: 4, seed: 1);
        var steps = (1000 - 7) / (4 * 3 * 7);
        for (var step = 1; step <= 3 * steps; step++)
        {
            var (planned, window) = (plan[step], (step - 1) % steps);
            Assert.Equal((window == 0, (step - 1) / steps), (planned.BeginsTracks, planned.Epoch));
            Assert.Equal(4, planned.Replicas.Count);
            if (window > 0)
            {
                var before = plan[step - 1].Replicas.SelectMany(batch => batch.Numbers.ToArray());
                Assert.Equal(before.Select(start => start + 7), planned.Replicas.SelectMany(batch => batch.Numbers.ToArray()));
            }

            // A block and its last target are inside the text.
            Assert.All(planned.Replicas.SelectMany(batch => batch.Numbers.ToArray()), start => Assert.InRange(start, 0, 1000 - 7 - 1));
        }
    }

    [Fact]
    public void Epoch_AllRows_ReadEachTokenAtMostOnceAndNearlyAll()
    {
        var plan = new TrackPlan(tokens: 10_000, block: 10, microBatch: 2, replicas: 5, seed: 3);
        var steps = (10_000 - 10) / 100;
        var read = new int[10_000];
        foreach (var start in Enumerable.Range(1, steps).SelectMany(step => plan[step].Replicas).SelectMany(batch => batch.Numbers.ToArray()))
        {
            for (var token = 0; token < 10; token++)
            {
                read[start + token]++;
            }
        }

        Assert.Equal(1, read.Max());
        Assert.InRange(read.Sum(), 10_000 - 110, 10_000);
        Assert.NotEqual(plan[1].Replicas[0].Numbers.Span[0], plan[steps + 1].Replicas[0].Numbers.Span[0]);
    }

    [Fact]
    public void Text_TooShort_IsRefused() =>
        Assert.Contains("5 × 4 tracks", Assert.Throws<ArgumentException>(() => new TrackPlan(100, 10, 4, 5, 1)).Message, StringComparison.Ordinal);
}
