using SeqCluster.Data.Manifests;
using SeqCluster.Data.Preparation;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Data.Tests.Reading;

public sealed class TextBatchReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TokenStream stream;

    public TextBatchReaderTests()
    {
        // Three shards of 7, 2 and 11 tokens: reads must cross their edges.
        var shards = Directory.CreateDirectory(Path.Combine(folder.Path, DatasetManifest.ShardFolder)).FullName;
        using var writer7 = new ShardWriter(shards, 7);
        using var writer2 = new ShardWriter(shards, 2);
        using var writer11 = new ShardWriter(shards, 11);
        for (var token = 0; token < 20; token++)
        {
            (token < 7 ? writer7 : token < 9 ? writer2 : writer11).Write(token * 100);
        }

        stream = new TokenStream(folder.Path, [.. writer7.Finish(), .. writer2.Finish(), .. writer11.Finish()]);
    }

    public void Dispose()
    {
        stream.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Read_EveryRange_EqualsTheStream()
    {
        for (var start = 0; start <= 20; start++)
        {
            for (var count = 0; start + count <= 20; count++)
            {
                var tokens = new long[count];
                stream.Read(start, tokens);
                Assert.Equal(Enumerable.Range(start, count).Select(token => token * 100L), tokens);
            }
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 21)]
    [InlineData(20, 1)]
    public void Read_OutsideTheSplit_IsRefused(long start, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Read(start, new long[count]));

    [Fact]
    public void Batch_Targets_AreTheNextTokens()
    {
        var batch = TextBatchReader.Read(stream, new MicroBatch(new long[] { 5, 0 }), block: 4);
        Assert.Equal([500, 600, 700, 800, 0, 100, 200, 300], batch.Inputs);
        Assert.Equal([600, 700, 800, 900, 100, 200, 300, 400], batch.Targets);
        Assert.Equal((2, 4), (batch.Samples, batch.Block));
    }

    [Fact]
    public void Batch_Digest_TellsOtherSamplesAndOtherOrder()
    {
        var digests = new[] { new long[] { 1, 2 }, [2, 1], [1, 3], [1] }
            .Select(starts => TextBatchReader.Read(stream, new MicroBatch(starts), 4).Digest).ToArray();
        Assert.Equal(4, digests.Distinct().Count());
        Assert.Equal(digests[0], TextBatchReader.Read(stream, new MicroBatch(new long[] { 1, 2 }), 4).Digest);
    }

    [Fact]
    public void Batch_OfNothing_IsEmpty() => Assert.Empty(TextBatchReader.Read(stream, MicroBatch.Empty, 4).Inputs);
}
