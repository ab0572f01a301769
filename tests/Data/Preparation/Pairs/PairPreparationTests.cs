using SeqCluster.Data.Manifests;
using SeqCluster.Data.Preparation;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;
using SeqCluster.Data.Splits;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Data.Tests.Preparation.Pairs;

public sealed class PairPreparationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Prepare_TwoFiles_GivesPaddedBatchesForTeacherForcing()
    {
        folder.Write("t.de", "ein hund\nein kleiner hund\n");
        folder.Write("t.en", "a dog\na little dog\n");
        var dataset = Prepare("""{"train":["t.de","t.en"],"validation":["t.de","t.en"]}""");
        var tokenizer = TokenizerCatalog.Create(dataset.Manifest.Data.Tokenizer!);
        Assert.Equal((7, 7), (dataset.Manifest.Data.VocabularySize, dataset.Manifest.Data.SourceVocabularySize));
        using var split = (PairSplit)DataSplit.Open(dataset.Folder, dataset.Manifest.Data, dataset.Manifest.Train, 16);
        var batch = split.ReadPairs(new MicroBatch(new long[] { 0, 1 }));

        // "ein" and "hund" occur twice, "kleiner" once: 4, 5, 6 after the specials.
        Assert.Equal([4, 5, 2, 0, 4, 6, 5, 2], batch.Source);
        Assert.Equal((4, 4), (batch.SourcePlaces, batch.TargetPlaces));
        Assert.Equal([3, 4], batch.SourceLengths);
        Assert.Equal([1, 4, 5, 0, 1, 4, 6, 5], batch.TargetInputs);
        Assert.Equal([4, 5, 2, SequenceBatch.NoTarget, 4, 6, 5, 2], batch.Targets);
        Assert.Equal("a little dog", tokenizer.Decode([.. batch.Targets[4..].Select(token => (int)token)]));
        Assert.Equal("", split.Reference(1));
        using var validation = (PairSplit)DataSplit.Open(dataset.Folder, dataset.Manifest.Data, dataset.Manifest.Validation, 16);
        Assert.Equal("a little dog", validation.Reference(1));
    }

    [Fact]
    public void Prepare_SameFiles_SameDataset()
    {
        folder.Write("t.tsv", "a b\tb a\nc\td\n");
        Assert.Equal(Prepare("""{"train":["t.tsv"]}""").Sha256, Prepare("""{"train":["t.tsv"]}""").Sha256);
        Assert.NotEqual(Prepare("""{"train":["t.tsv"]}""").Sha256, Prepare("""{"train":["t.tsv"],"sharedVocabulary":true}""").Sha256);
    }

    [Fact]
    public void Prepare_RareOrUnseenWords_AreUnknown()
    {
        folder.Write("t.tsv", "A a b\tx\na\tx\n");
        folder.Write("v.tsv", "b new a\ty x\n");
        var dataset = Prepare("""{"train":["t.tsv"],"test":["v.tsv"],"minimumCount":2,"lowercase":true}""");
        using var split = (PairSplit)DataSplit.Open(dataset.Folder, dataset.Manifest.Data, dataset.Manifest.Test!, 16);
        var (source, target) = split.Tokens(0);
        Assert.Equal([SpecialTokens.Unknown, SpecialTokens.Unknown, 4], source);
        Assert.Equal([SpecialTokens.Unknown, 4], target);
        Assert.Equal("y x", split.Reference(0));
        Assert.Equal("<unk> x", TokenizerCatalog.Create(dataset.Manifest.Data.Tokenizer!).Decode(target));
    }

    [Fact]
    public void Prepare_Characters_KeepSpaces()
    {
        folder.Write("t.tsv", "a b\tç d\n");
        var dataset = Prepare("""{"train":["t.tsv"],"tokenizer":"char"}""");
        var tokenizer = TokenizerCatalog.Create(dataset.Manifest.Data.Tokenizer!);
        Assert.Equal("ç d", tokenizer.Decode(tokenizer.Encode("ç d")));
    }

    [Fact]
    public void Prepare_FaultyFiles_TellsAllWithTheirLines()
    {
        File.WriteAllBytes(Path.Combine(folder.Path, "s"), [.. "ok\n"u8, 0xff, (byte)'\n', .. "\nok\nlonely\n"u8]);
        folder.Write("t", "ok\nb\nc\n \n");
        folder.Write("v.tsv", "a\tb\nno tab\na\tb\tc\n");
        var files = Faults("""{"train":["s","t"],"validation":["v.tsv"]}""");
        Assert.Equal(
            [
                "s:2: not UTF-8 text: convert the file, or take the line out",
                "s:5: this line has no partner: t has 4 lines; line n of one file is translated by line n of the other",
                "v.tsv:2: 0 tabs: a line is a source, one tab, a target",
                "v.tsv:3: 2 tabs: a line is a source, one tab, a target",
            ],
            files);
        folder.Write("s", "ok\nb\n\nok\n");
        Assert.Equal(
            [
                "s:3: the source is empty: a pair needs both; take the line out of both files",
                "s:4: the target is empty: a pair needs both; take the line out of both files",
            ],
            Faults("""{"train":["s","t"]}"""));
    }

    [Fact]
    public void Prepare_MissingFiles_NamesThemAll() =>
        Assert.Equal(2, Faults("""{"train":["s","t"]}""").Count(fault => fault.StartsWith("data.train: ", StringComparison.Ordinal)));

    [Fact]
    public void Prepare_PairsLongerThanTheModel_AreRefusedOrDropped()
    {
        folder.Write("t.tsv", "a b c d\tx\na\tx y\na b c\tx\n");
        Assert.Equal(
            ["t.tsv:1: 5 places with the end of the sequence, the model has model.block = 4: raise it, take the line out, or set data.overlong: drop"],
            Faults("""{"train":["t.tsv"]}""", block: 4));
        Assert.Equal(2, Prepare("""{"train":["t.tsv"],"overlong":"drop"}""", block: 4).Manifest.Train.Sum(shard => shard.Examples));
        Assert.Single(Faults("""{"train":["t.tsv"],"test":["t.tsv"],"overlong":"drop"}""", block: 4));
    }

    [Fact]
    public void Prepare_ThousandsOfFaults_TellsTheFirstAndCounts()
    {
        folder.Write("t.tsv", string.Concat(Enumerable.Repeat("no tab\n", 1000)));
        var faults = Faults("""{"train":["t.tsv"]}""");
        Assert.Equal((51, "and 950 more faults"), (faults.Count, faults[^1]));
    }

    [Theory]
    [InlineData("copy", "1 0 2")]
    [InlineData("reverse", "2 0 1")]
    [InlineData("sort", "0 1 2")]
    public void Prepare_SymbolTask_HoldsOutWhatIsNeverTrainedOn(string task, string answerTo102)
    {
        var dataset = DataCatalog.Prepare(folder.Path, new PreparationRequest(
            task, """{"length":3,"symbols":3,"examples":400,"validationExamples":20,"testExamples":20}""", folder.Path, Block: 4));
        var (train, test) = (Answers(dataset, dataset.Manifest.Train), Answers(dataset, dataset.Manifest.Test!));
        var validation = Answers(dataset, dataset.Manifest.Validation);
        Assert.Equal((400, 20, 20), (train.Count, validation.Count, test.Count));
        Assert.Empty(train.Select(pair => pair.Source).Intersect(test.Concat(validation).Select(pair => pair.Source)));
        Assert.Empty(validation.Select(pair => pair.Source).Intersect(test.Select(pair => pair.Source)));
        Assert.Equal(answerTo102, train.Concat(test).Concat(validation).First(pair => pair.Source == "1 0 2").Target);
    }

    private static List<(string Source, string Target)> Answers(PreparedDataset dataset, IReadOnlyList<ShardEntry> shards)
    {
        using var split = (PairSplit)DataSplit.Open(dataset.Folder, dataset.Manifest.Data, shards, 16);
        var tokenizer = TokenizerCatalog.Create(dataset.Manifest.Data.Tokenizer!);
        return [.. Enumerable.Range(0, split.Count).Select(example => (tokenizer.Decode(split.Tokens(example).Source), tokenizer.Decode(split.Tokens(example).Target)))];
    }

    private PreparedDataset Prepare(string settings, int? block = null) =>
        DataCatalog.Prepare(Path.Combine(folder.Path, "datasets"), new PreparationRequest("pairs", settings, folder.Path, block));

    private IReadOnlyList<string> Faults(string settings, int? block = null) =>
        Assert.Throws<PreparationFault>(() => Prepare(settings, block)).Faults;
}
