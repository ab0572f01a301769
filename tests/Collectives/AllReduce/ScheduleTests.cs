namespace SeqCluster.Collectives.Tests.AllReduce;

public sealed class ScheduleTests
{
    /// <summary>Rounds with 2 to 5 members whose threads yield, spin or pause at random points, drawn from the printed seed.</summary>
    [Theory]
    [InlineData(TransportKind.SharedMemory, 1_000)]
    [InlineData(TransportKind.Tcp, 1_000)]
    public void AllReduce_RandomSchedules_GiveTheTreesBits(TransportKind transport, int schedules)
    {
        var seed = Environment.GetEnvironmentVariable("SEQCLUSTER_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : 20_260_801;
        const int StepsPerGroup = 125;
        int[] sizes = [700, 9_000, 30_000];
        for (var group = 0; group < schedules / StepsPerGroup; group++)
        {
            var groupSeed = seed + group;
            var workers = 2 + group % 4;
            var replicas = workers + group % 3;
            try
            {
                RunGroup(workers, replicas, sizes, StepsPerGroup, groupSeed, transport, options => options);
            }
            catch (Exception exception)
            {
                Assert.Fail($"SEQCLUSTER_SEED={groupSeed} {transport} W = {workers} R = {replicas}: {exception}");
            }
        }
    }

    internal static void RunGroup(int workers, int replicas, int[] sizes, int steps, int seed, TransportKind transport,
        Func<GroupOptions, GroupOptions> place)
    {
        // Few distinct gradients: the schedule is what varies.
        var expected = Enumerable.Range(0, 2)
            .Select(kind => sizes.Select((size, bucket) => Gradients.TreeSum(r => Gradients.Of(size, r, kind, bucket), 0, replicas)).ToArray())
            .ToArray();
        Members.Run(transport, workers, replicas, sizes, group =>
        {
            for (var step = 0; step < steps; step++)
            {
                foreach (var bucket in group.Buckets)
                {
                    bucket.Open(step);
                    for (var replica = group.Plan.Replicas.First; replica < group.Plan.Replicas.Last; replica++)
                        bucket.AddReplica(Gradients.Of(bucket.Elements, replica, step % 2, bucket.Index));
                    group.Begin(bucket);
                }
                foreach (var bucket in group.Buckets)
                {
                    group.Complete(bucket);
                    Assert.True(Gradients.SameBits(expected[step % 2][bucket.Index], bucket.Sum), $"step {step} bucket {bucket.Index} rank {group.Rank}");
                }
            }
        }, options => place(options) with { YieldPoint = Delays(new Random(seed * 31 + options.Rank)) });
    }

    private static Action Delays(Random random) => () =>
    {
        switch (random.Next(12))
        {
            case 0: Thread.Yield(); break;
            case 1: Thread.SpinWait(random.Next(2_000)); break;
            case 2: Thread.SpinWait(random.Next(40)); break;
            case 3 when random.Next(20) == 0: Thread.SpinWait(60_000); break;
        }
    };
}
