using System.Text.Json;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Preparation;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Data.Tests.Preparation;

public sealed class TextPreparationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Datasets => Path.Combine(folder.Path, "datasets");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("char")]
    [InlineData("byte")]
    public void Prepare_Text_ReadsBackWhole(string tokenizer)
    {
        // Long enough to cross the reader's buffer with a surrogate pair on its edge.
        var text = string.Concat(Enumerable.Repeat("a😀bé\n", 20_000));
        folder.Write("in/a.txt", text);
        var prepared = Prepare(["in"], tokenizer, validation: 0.25);

        var tokens = ReadAll(prepared, prepared.Manifest.Train).Concat(ReadAll(prepared, prepared.Manifest.Validation)).Select(token => (int)token).ToArray();
        var decoder = TokenizerCatalog.Create(prepared.Manifest.Data.Tokenizer!);
        Assert.Equal(text, decoder.Decode(tokens));
        Assert.Equal(tokens.Length / 4, prepared.Manifest.Validation.Sum(shard => shard.Tokens));
    }

    [Fact]
    public void Prepare_Pieces_HoldsOutTheEndOfEach()
    {
        // Pieces of 10, the last of 12; a quarter of each, rounded down.
        folder.Write("in/a.txt", "abcdefghij" + "klmnopqrst" + "ABCDEFGHIJKL");
        var prepared = Prepare(["in"], validation: 0.25, pieces: 3);

        Assert.Equal("abcdefgh" + "klmnopqr" + "ABCDEFGHI", Text(prepared.Manifest.Train));
        Assert.Equal("ij" + "st" + "JKL", Text(prepared.Manifest.Validation));
        Assert.Contains("data.validationPieces = 33: the text has 32 tokens", Assert.Throws<PreparationFault>(() => Prepare(["in"], pieces: 33)).Message, StringComparison.Ordinal);

        string Text(IReadOnlyList<ShardEntry> shards) =>
            TokenizerCatalog.Create(prepared.Manifest.Data.Tokenizer!).Decode([.. ReadAll(prepared, shards).Select(token => (int)token)]);
    }

    [Fact]
    public void Prepare_SameTextTwice_SameDatasetAndNothingLeft()
    {
        folder.Write("in/b.txt", "second file, sorted after the first");
        folder.Write("in/a.txt", "first file");
        var first = Prepare(["in/*.txt"]);
        var second = Prepare(["in"]);
        Assert.Equal(first.Sha256, second.Sha256);
        Assert.Equal([first.Folder], Directory.GetDirectories(Datasets));
        Assert.Equal(["in/a.txt", "in/b.txt"], second.Manifest.Sources.Select(source => source.Path));
        Assert.Equal(first.Manifest.ToBytes(), DatasetManifest.Read(first.ManifestPath, first.Sha256).ToBytes());
    }

    [Fact]
    public void Prepare_SeveralFaults_ListsAll()
    {
        folder.Write("a.txt", "text");
        var fault = Assert.Throws<PreparationFault>(() => Prepare(["a.txt", "missing.txt", "no/**/*.md"]));
        Assert.Equal(2, fault.Faults.Count);
        Assert.Contains("missing.txt", fault.Message, StringComparison.Ordinal);
        Assert.Contains("no/**/*.md", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_EmptyFiles_SaysSo()
    {
        folder.Write("a.txt", "");
        Assert.Contains("nothing to train on", Assert.Throws<PreparationFault>(() => Prepare(["a.txt"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_TextShorterThanABlock_NamesBothLengths()
    {
        folder.Write("a.txt", "0123456789");
        var fault = Assert.Throws<PreparationFault>(() => Prepare(["a.txt"], validation: 0.1, block: 64));
        Assert.Equal(2, fault.Faults.Count);
        Assert.Contains("65", fault.Faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_NotUtf8_NamesFileAndWayOut()
    {
        File.WriteAllBytes(Path.Combine(folder.Path, "a.bin"), [65, 0xFF, 66]);
        var fault = Assert.Throws<PreparationFault>(() => Prepare(["a.bin"]));
        Assert.Contains("a.bin", fault.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer: byte", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Datasets));
        Assert.Equal(3, Prepare(["a.bin"], "byte").Manifest.Train.Sum(shard => shard.Tokens));
    }

    [Fact]
    public void Read_ManifestChangedAfterwards_IsRefused()
    {
        folder.Write("a.txt", "some text");
        var prepared = Prepare(["a.txt"]);
        File.AppendAllText(prepared.ManifestPath, " ");
        Assert.Contains("prepare it again", Assert.Throws<InvalidDataException>(() => DatasetManifest.Read(prepared.ManifestPath, prepared.Sha256)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DamagedShard_IsRefusedByItsName()
    {
        folder.Write("a.txt", "some text");
        var prepared = Prepare(["a.txt"]);
        var shard = Path.Combine(prepared.Folder, prepared.Manifest.Train[0].RelativePath);
        var bytes = File.ReadAllBytes(shard);
        bytes[3] ^= 1;
        File.WriteAllBytes(shard, bytes);
        Assert.Contains(prepared.Manifest.Train[0].Sha256, Assert.Throws<InvalidDataException>(() => new TokenStream(prepared.Folder, prepared.Manifest.Train)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(shard, bytes[..4]);
        Assert.Contains("4 bytes", Assert.Throws<InvalidDataException>(() => new TokenStream(prepared.Folder, prepared.Manifest.Train)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_Cancelled_LeavesNothing()
    {
        folder.Write("a.txt", new string('x', 200_000));
        using var cancelled = new CancellationTokenSource();
        var progress = new CancelAt(0.6, cancelled);
        Assert.Throws<OperationCanceledException>(() => DataCatalog.Prepare(Datasets, Request(["a.txt"], "char", 0, null), progress, cancelled.Token));
        Assert.Empty(Directory.GetFileSystemEntries(Datasets));
    }

    private PreparedDataset Prepare(string[] path, string tokenizer = "char", double validation = 0, int? block = null, int pieces = 1) =>
        DataCatalog.Prepare(Datasets, Request(path, tokenizer, validation, block, pieces));

    private PreparationRequest Request(string[] path, string tokenizer, double validation, int? block, int pieces = 1) => new(
        "text",
        JsonSerializer.Serialize(new TextSettings { Path = [.. path], Tokenizer = tokenizer, ValidationFraction = validation, ValidationPieces = pieces }, JsonSerializerOptions.Web),
        folder.Path,
        block);

    private static long[] ReadAll(PreparedDataset dataset, IReadOnlyList<ShardEntry> split)
    {
        using var stream = new TokenStream(dataset.Folder, split);
        var tokens = new long[stream.Tokens];
        stream.Read(0, tokens);
        return tokens;
    }

    private sealed class CancelAt(double part, CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value)
        {
            if (value >= part && value < 1)
            {
                source.Cancel();
            }
        }
    }
}
