using SeqCluster.Data.Preparation;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Splits;

namespace SeqCluster.Data.Tests.Splits;

public sealed class SeriesSplitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AddingProblem_EverySequence_MarksOnePlaceInEachHalfAndSumsThem()
    {
        var dataset = Prepare("""{"length":20,"examples":300,"validationExamples":7}""", block: 20);
        using var split = DataSplit.Open(dataset.Folder, dataset.Manifest.Data, dataset.Manifest.Train, 20);
        var batch = (SeriesBatch)split.Read(new MicroBatch(Enumerable.Range(0, 300).Select(number => (long)number).ToArray()));
        Assert.Equal((300, 20, 2, 1, 1), (batch.Samples, batch.Places, batch.InputFeatures, batch.TargetPlaces, batch.OutputFeatures));
        for (var row = 0; row < batch.Samples; row++)
        {
            var places = Enumerable.Range(0, 20).Select(place => (Value: batch.Inputs[(row * 40) + (place * 2)], Marker: batch.Inputs[(row * 40) + (place * 2) + 1])).ToList();
            Assert.Equal([1], places.Take(10).Select(place => place.Marker).Where(marker => marker != 0));
            Assert.Equal([1], places.Skip(10).Select(place => place.Marker).Where(marker => marker != 0));
            Assert.All(places, place => Assert.InRange(place.Value, 0f, 0.9999999f));
            Assert.Equal(places.Where(place => place.Marker == 1).Sum(place => place.Value), batch.Targets[row], 1e-6f);
        }

        Assert.InRange(batch.Targets.Average(), 0.9, 1.1);
        Assert.Equal(7, dataset.Manifest.Validation.Sum(shard => shard.Examples));
    }

    [Fact]
    public void Digest_DependsOnNumbersAndContents()
    {
        var dataset = Prepare("""{"length":8,"examples":5}""", block: null);
        using var split = DataSplit.Open(dataset.Folder, dataset.Manifest.Data, dataset.Manifest.Train, 8);
        var digests = new long[][] { [0, 1], [1, 0], [0, 2], [0] }.Select(numbers => split.Read(new MicroBatch(numbers)).Digest).ToArray();
        Assert.Equal(4, digests.Distinct().Count());
        Assert.Equal(digests[0], split.Read(new MicroBatch(new long[] { 0, 1 })).Digest);
        Assert.Equal(0, split.Read(MicroBatch.Empty).Samples);
    }

    [Fact]
    public void Prepare_SequencesLongerThanTheModel_AreRefused() =>
        Assert.Contains("model.block = 16", Assert.Throws<PreparationFault>(() => Prepare("""{"length":17}""", block: 16)).Message, StringComparison.Ordinal);

    [Fact]
    public void Prepare_SettingsNotValid_AreRefused() =>
        Assert.Contains("Length", Assert.Throws<PreparationFault>(() => Prepare("""{"length":1}""", block: 16)).Message, StringComparison.Ordinal);

    private PreparedDataset Prepare(string settings, int? block) =>
        DataCatalog.Prepare(Path.Combine(folder.Path, "datasets"), new PreparationRequest("adding", settings, folder.Path, block));
}
