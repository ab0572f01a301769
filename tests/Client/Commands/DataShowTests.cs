using System.Text.Json;
using SeqCluster.Client.Datasets;

namespace SeqCluster.Client.Tests.Commands;

public sealed class DataShowTests : IDisposable
{
    private readonly ClientRun run = new();

    public void Dispose() => run.Dispose();

    [Fact]
    public async Task Show_JobFileOfText_TellsShardsTokensAndWhatIsSkipped()
    {
        var report = await ShowAsync(run.WriteJob());
        Assert.Equal(("text", "char", 17), (report.GetProperty("kind").GetString(), report.GetProperty("tokenizer").GetString(), report.GetProperty("vocabulary_size").GetInt32()));
        var training = report.GetProperty("parts")[0];
        Assert.Equal(("training", 756), (training.GetProperty("name").GetString(), training.GetProperty("tokens").GetInt32()));
        Assert.Equal(1512, training.GetProperty("shards")[0].GetProperty("bytes").GetInt32());
        Assert.InRange(training.GetProperty("skipped").GetInt32(), 1, 31);
        var samples = training.GetProperty("samples").EnumerateArray().Select(sample => sample.GetProperty("parts").GetProperty("text").GetString()!).ToList();
        Assert.Equal("the quick brown ", samples[0]);
        Assert.All(samples, text => Assert.Equal(16, text.Length));
    }

    [Fact]
    public async Task Show_PreparedDatasetByNameFolderOrManifest_IsTheSame()
    {
        run.WriteJob();
        await run.RunAsync("data", "prepare", "--path", "text.txt");
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(run.Home, "datasets")));
        var name = Path.GetFileName(folder);
        foreach (var called in new[] { name, name[..6], name[..6].ToUpperInvariant(), folder, Path.Combine(folder, "manifest.json") })
        {
            Assert.Equal(name, (await ShowAsync(called)).GetProperty("sha256").GetString());
        }
    }

    [Fact]
    public async Task Show_Pairs_TellsLengthsOfBothSidesAndDecodes()
    {
        var report = await ShowAsync(WriteJob("transformer", "{kind: reverse, length: 6, minimumLength: 3, symbols: 4, examples: 90, validationExamples: 10, testExamples: 5}"), "--samples", "3");
        Assert.Equal(["training", "validation", "test"], report.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString()));
        var lengths = report.GetProperty("parts")[0].GetProperty("lengths").EnumerateArray().ToList();
        Assert.Equal(["sources", "targets"], lengths.Select(of => of.GetProperty("of").GetString()));
        Assert.All(lengths, of => Assert.Equal((3, 6), (of.GetProperty("least").GetDouble(), of.GetProperty("most").GetDouble())));
        var samples = report.GetProperty("parts")[2].GetProperty("samples").EnumerateArray().Select(sample => sample.GetProperty("parts")).ToList();
        Assert.Equal(3, samples.Count);
        Assert.All(samples, pair => Assert.Equal(
            pair.GetProperty("source").GetString()!.Split(' ').Reverse(), pair.GetProperty("target").GetString()!.Split(' ')));
    }

    [Fact]
    public async Task Show_CsvSeries_TellsColumnsAndNumbersAsTheFileHasThem()
    {
        File.WriteAllText(Path.Combine(run.Folder.Path, "a.csv"), "x\n" + string.Concat(Enumerable.Range(0, 60).Select(row => $"{100 + row}\n")));
        var file = WriteJob("tcn", "{kind: csv, path: a.csv, inputs: [x], window: 6, warmUp: 2}");
        var report = await ShowAsync(file, "--samples", "1");
        Assert.Equal(126.5, report.GetProperty("input_columns")[0].GetProperty("mean").GetDouble(), 1e-9);
        var sample = report.GetProperty("parts")[0].GetProperty("samples")[0].GetProperty("parts");
        Assert.Equal([100, 101, 102, 103, 104, 105], sample.GetProperty("input x").EnumerateArray().Select(value => Math.Round(value.GetDouble(), 4)));
        Assert.Equal("NaN", sample.GetProperty("target x")[0].GetString());
        Assert.Equal(103, sample.GetProperty("target x")[2].GetDouble(), 1e-4);

        Assert.Equal(ExitCodes.Done, await run.RunAsync("data", "show", file));
        Assert.Matches("(?m)^ +target x +– – 103 104 105 106$", run.Output);
        Assert.Matches("(?m)^input +x, mean 126.5, standard deviation", run.Output);
    }

    [Fact]
    public async Task Show_Sound_TellsSeconds()
    {
        var report = await ShowAsync(WriteJob("wavenet", "{kind: chord, rate: 2000, seconds: 3}"));
        Assert.Equal(2000, report.GetProperty("sample_rate").GetInt32());
        var lengths = report.GetProperty("parts")[0].GetProperty("lengths")[0];
        Assert.Equal(("recordings", "seconds", 2.7), (lengths.GetProperty("of").GetString(), lengths.GetProperty("unit").GetString(), lengths.GetProperty("most").GetDouble()));
        Assert.Equal(5400, report.GetProperty("parts")[0].GetProperty("samples")[0].GetProperty("parts").GetProperty("samples").GetInt32());
    }

    [Fact]
    public async Task Show_DamagedShard_NamesIt()
    {
        run.WriteJob();
        await run.RunAsync("data", "prepare", "--path", "text.txt");
        var folder = Directory.GetDirectories(Path.Combine(run.Home, "datasets")).Single();
        var shard = Directory.GetFiles(Path.Combine(folder, "shards"))[0];
        var bytes = File.ReadAllBytes(shard);
        bytes[5] ^= 1;
        File.WriteAllBytes(shard, bytes);

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("data", "show", Path.GetFileName(folder)[..8]));
        Assert.Contains($"{shard}: SHA-256 is", run.Error, StringComparison.Ordinal);
        Assert.Contains("the shard is damaged", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_NameOfNothing_SaysWhereItLooked()
    {
        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("data", "show", "abcdef"));
        Assert.Contains("abcdef: no dataset in", run.Error, StringComparison.Ordinal);
        Assert.Contains("seqcluster data list", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_NameOfTwo_AsksForMore()
    {
        foreach (var end in new[] { '0', '1' })
        {
            Directory.CreateDirectory(Path.Combine(run.Home, "datasets", new string('a', 63) + end));
        }

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("data", "show", "aaa"));
        Assert.Contains("2 datasets have names that begin so", run.Error, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => DatasetFinder.Named(new string('a', 63) + "1", Path.Combine(run.Home, "datasets")));
    }

    private string WriteJob(string model, string data) => run.WriteJob($$"""
        model: {kind: {{model}}, block: 40}
        data: {{data}}
        train: {steps: 1}
        """);

    private async Task<JsonElement> ShowAsync(string dataset, params string[] more)
    {
        Assert.Equal(ExitCodes.Done, await run.RunAsync(["data", "show", dataset, "--json", .. more]));
        return JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]).RootElement;
    }
}
