using System.Globalization;
using System.Text.Json;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Preparation;
using SeqCluster.Data.Preparation.Series;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Splits;

namespace SeqCluster.Data.Tests.Preparation.Series;

public sealed class CsvPreparationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("each", 1, 0, 8, 0)]
    [InlineData("each", 1, 3, 8, 0)]
    [InlineData("each", 5, 2, 7, 0)]
    [InlineData("last", 1, 0, 8, 0)]
    [InlineData("last", 4, 0, 5, 0)]
    public void Prepare_AnyWindows_TellsEveryRowOnceAfterTheContext(string at, int ahead, int warmUp, int window, int stride)
    {
        folder.Write("a.csv", Rows(100, row => $"{row}"));
        var dataset = Prepare(new() { Path = ["a.csv"], Inputs = ["x"], TargetsAt = at, Ahead = ahead, WarmUp = warmUp, Window = window, Stride = stride, TestFraction = 0.15, Standardize = false });
        var context = at == "last" ? window - 1 : warmUp;

        Assert.Equal(Enumerable.Range(ahead + context, 75 - ahead - context), Told(dataset, dataset.Manifest.Train, window, ahead));
        Assert.Equal(Enumerable.Range(75, 10), Told(dataset, dataset.Manifest.Validation, window, ahead));
        Assert.Equal(Enumerable.Range(85, 15), Told(dataset, dataset.Manifest.Test!, window, ahead));
    }

    [Fact]
    public void Prepare_WithAStride_OverlapsTrainingWindowsOnly()
    {
        folder.Write("a.csv", Rows(100, row => $"{row}"));
        var dataset = Prepare(new() { Path = ["a.csv"], Inputs = ["x"], Window = 10, WarmUp = 4, Stride = 2, Standardize = false });
        Assert.Equal([0, 2, 4], Batch(dataset, dataset.Manifest.Train).Inputs.Chunk(10).Select(row => (int)row[0]).Take(3));
        Assert.Equal(79, Batch(dataset, dataset.Manifest.Train).Inputs.Chunk(10).Last()[0]);
        Assert.Equal(Enumerable.Range(90, 10), Told(dataset, dataset.Manifest.Validation, 10, 1));
    }

    [Fact]
    public void Prepare_SeveralColumns_StandardizesEachByItsTrainingPart()
    {
        folder.Write("a.csv", "time,x,y\n" + string.Concat(Enumerable.Range(0, 50).Select(row => string.Create(CultureInfo.InvariantCulture, $"\"monday, {row}\",{row * 10},{(row % 2 == 0 ? 3 : 5)}\n"))));
        var dataset = Prepare(new() { Path = ["a.csv"], Inputs = ["x", "y"], Targets = ["y"], Window = 5, ValidationFraction = 0.2 });
        var data = dataset.Manifest.Data;
        Assert.Equal((DataKinds.Series, 2, 1), (data.Kind, data.InputFeatures, data.OutputFeatures));
        Assert.Equal(["x", "y"], data.InputColumns!.Select(column => column.Name));
        Assert.Equal(new SeriesColumn("y", 4, 1), Assert.Single(data.OutputColumns!));
        Assert.Equal(195, data.InputColumns![0].Mean, 1e-12);
        Assert.Equal(10 * Math.Sqrt(((40 * 40) - 1) / 12.0), data.InputColumns[0].Deviation, 1e-9);

        var train = Batch(dataset, dataset.Manifest.Train);
        Assert.Equal([-195 / 115.43396f, -1, -185 / 115.43396f, 1], train.Inputs.Take(4), (one, other) => Math.Abs(one - other) < 1e-6);
        Assert.Equal([1f, -1, 1, -1, 1], train.Targets.Take(5));
        Assert.Equal(400, data.InputColumns[0].Restore(Batch(dataset, dataset.Manifest.Validation).Inputs[2]), 1e-4);
    }

    [Fact]
    public void Prepare_SeveralFiles_NoWindowCrossesThem()
    {
        folder.Write("in/a.csv", Rows(30, row => $"{row}"));
        folder.Write("in/b.csv", Rows(33, row => $"{1000 + row}"));
        var dataset = Prepare(new() { Path = ["in"], Inputs = ["x"], Window = 6, ValidationFraction = 0, Standardize = false });
        Assert.All(Batch(dataset, dataset.Manifest.Train).Inputs.Chunk(6), window => Assert.Equal(window[0] + 5, window[5]));
        Assert.Empty(dataset.Manifest.Validation);
        Assert.Null(dataset.Manifest.Test);
        Assert.Equal(["in/a.csv", "in/b.csv"], dataset.Manifest.Sources.Select(source => source.Path));
    }

    [Fact]
    public void Prepare_OtherSeparatorsQuotesAndLineEnds_AreRead()
    {
        folder.Write("a.csv", "\uFEFFx\t\"the \"\"other\"\"\"\r\n1\t\"2\"\r\n3\t4\r\n5\t6e0\r\n\r\n");
        var dataset = Prepare(new() { Path = ["a.csv"], Separator = "tab", Inputs = ["x", "the \"other\""], Window = 2, ValidationFraction = 0, Standardize = false });
        Assert.Equal([1f, 2, 3, 4], Batch(dataset, dataset.Manifest.Train).Inputs);
        Assert.Equal([3f, 4, 5, 6], Batch(dataset, dataset.Manifest.Train).Targets);
    }

    [Fact]
    public void Prepare_SameFileTwice_SameDataset()
    {
        folder.Write("a.csv", Rows(50, row => $"{Math.Sin(row)}"));
        var settings = new CsvSettings { Path = ["a.csv"], Inputs = ["x"], Window = 5 };
        Assert.Equal(Prepare(settings).Sha256, Prepare(settings).Sha256);
    }

    [Fact]
    public void Prepare_ManyFaults_TellsAllWithTheirLines()
    {
        folder.Write("a.csv", "t,x,y\n1,2,3\n4,5\n6,seven,8\n9,,10\n11,NaN,12\n\n13,\"1,5\",-Infinity\n14,15,16\n17,18,19,20\n21,1e39,22\n\n");
        folder.Write("b.csv", "t,x\n1,2\n");
        folder.Write("c.csv", "x,y,x\n1,2,3\n");
        folder.Write("d.csv", "");
        var faults = Assert.Throws<PreparationFault>(() => Prepare(new() { Path = ["a.csv", "b.csv", "c.csv", "d.csv", "e.csv"], Inputs = ["x", "y"], Window = 2 })).Faults;
        foreach (var (start, part) in new[]
        {
            ("data.path e.csv", "names no file"),
            ("a.csv:3: 2 fields", "the header has 3"),
            ("a.csv:4: x is 'seven'", "no number"),
            ("a.csv:5: x is empty", "leave the row out"),
            ("a.csv:6: x is NaN", "no finite number"),
            ("a.csv:7: an empty line", "between rows"),
            ("a.csv:8: x is '1,5'", "with a point"),
            ("a.csv:8: y is -Infinity", "no finite number"),
            ("a.csv:10: 4 fields", "quote"),
            ("a.csv:11: x is 1e39", "no finite number"),
            ("b.csv:1: no column y", "there are t, x"),
            ("c.csv:1: two columns", "called x"),
            ("d.csv: empty", "name the columns"),
        })
        {
            Assert.Contains(part, Assert.Single(faults, fault => fault.StartsWith(start, StringComparison.Ordinal)), StringComparison.Ordinal);
        }

        Assert.Equal(13, faults.Count);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "datasets")));
    }

    [Fact]
    public void Prepare_TooFewRows_NamesRowsAndWindow()
    {
        folder.Write("a.csv", Rows(9, row => $"{row}"));
        var faults = Assert.Throws<PreparationFault>(() => Prepare(new() { Path = ["a.csv"], Inputs = ["x"], Window = 9 })).Faults;
        Assert.Contains("9 rows, of which 9 are trained on, and one window with its targets needs 10", faults[0], StringComparison.Ordinal);
        Assert.Contains("data.validationFraction = 0.1 of 9 rows is none", faults[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"inputs":["x"],"ahead":0,"window":4}""", "asks for what the model sees")]
    [InlineData("""{"inputs":["x","x"],"window":4}""", "names x twice")]
    [InlineData("""{"inputs":["x"],"targetsAt":"last","warmUp":2,"window":4}""", "no other place has a target")]
    [InlineData("""{"inputs":["x"],"warmUp":4,"window":4}""", "leaves no target in a window of 4 rows")]
    [InlineData("""{"inputs":["x"],"window":4,"stride":5}""", "take at most 4")]
    [InlineData("""{"inputs":["x"],"window":17}""", "model.block = 16")]
    [InlineData("""{"inputs":["same"],"window":4}""", "column same is 7 in every row")]
    [InlineData("""{"window":4}""", "inputs")]
    public void Prepare_SettingsThatDoNotFit_AreRefused(string settings, string reason)
    {
        folder.Write("a.csv", "x,same\n" + string.Concat(Enumerable.Range(0, 40).Select(row => $"{row},7\n")));
        var request = new PreparationRequest("csv", settings.Insert(1, "\"path\":[\"a.csv\"],"), folder.Path, 16);
        Assert.Contains(reason, Assert.Throws<PreparationFault>(() => DataCatalog.Prepare(Path.Combine(folder.Path, "datasets"), request)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_WithoutWindow_TakesTheModelsBlock()
    {
        folder.Write("a.csv", Rows(60, row => $"{row}"));
        Assert.Equal(12, Batch(Prepare(new() { Path = ["a.csv"], Inputs = ["x"] }, block: 12), null).Places);
        Assert.Contains("data.window = 0", Assert.Throws<PreparationFault>(() => Prepare(new() { Path = ["a.csv"], Inputs = ["x"] })).Message, StringComparison.Ordinal);
    }

    private static string Rows(int count, Func<int, string> cell) => "x\n" + string.Concat(Enumerable.Range(0, count).Select(row => string.Create(CultureInfo.InvariantCulture, $"{cell(row)}\n")));

    private static SeriesBatch Batch(PreparedDataset dataset, IReadOnlyList<ShardEntry>? shards)
    {
        shards ??= dataset.Manifest.Train;
        using var split = DataSplit.Open(dataset.Folder, dataset.Manifest.Data, shards, 1);
        return (SeriesBatch)split.Read(new MicroBatch(Enumerable.Range(0, (int)shards.Sum(shard => shard.Examples!.Value)).Select(number => (long)number).ToArray()));
    }

    // The targets, each checked to be what comes so many rows after its input.
    private static List<int> Told(PreparedDataset dataset, IReadOnlyList<ShardEntry> shards, int window, int ahead)
    {
        var batch = Batch(dataset, shards);
        var told = new List<int>();
        for (var index = 0; index < batch.Targets.Length; index++)
        {
            if (!float.IsNaN(batch.Targets[index]))
            {
                var (row, place) = Math.DivRem(index, batch.TargetPlaces);
                Assert.Equal(batch.Inputs[(row * window) + (batch.TargetPlaces == 1 ? window - 1 : place)] + ahead, batch.Targets[index]);
                told.Add((int)batch.Targets[index]);
            }
        }

        return told;
    }

    private PreparedDataset Prepare(CsvSettings settings, int? block = null) => DataCatalog.Prepare(
        Path.Combine(folder.Path, "datasets"), new PreparationRequest("csv", JsonSerializer.Serialize(settings, JsonSerializerOptions.Web), folder.Path, block));
}
