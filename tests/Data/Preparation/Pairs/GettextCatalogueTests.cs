using System.Buffers.Binary;
using System.Text;
using SeqCluster.Data.Preparation;
using SeqCluster.Data.Preparation.Pairs;
using SeqCluster.Data.Splits;

namespace SeqCluster.Data.Tests.Preparation.Pairs;

public sealed class GettextCatalogueTests : IDisposable
{
    private static readonly (string, string)[] Messages =
    [
        ("", "Content-Type: text/plain; charset=UTF-8\n"),
        ("verb\u0004open %s", "öffne %s"),
        ("one file\0%d files", "eine Datei\0%d Dateien"),
        ("untranslated", ""),
    ];

    private readonly TemporaryFolder folder = new();

    private string Path => System.IO.Path.Combine(folder.Path, "x.mo");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_EitherByteOrder_GivesSingularsWithoutContexts(bool isLittle)
    {
        File.WriteAllBytes(Path, Compile(Messages, isLittle));
        Assert.Equal([("open %s", "öffne %s"), ("one file", "eine Datei")], GettextCatalogue.Read(Path));
    }

    [Theory]
    [InlineData("charset=US-ASCII\n")]
    [InlineData("Project-Id-Version: gcc\n")]
    public void Read_PlainOrNoCharset_IsRead(string header)
    {
        File.WriteAllBytes(Path, Compile([("", header), ("a", "b")], isLittle: true));
        Assert.Equal([("a", "b")], GettextCatalogue.Read(Path));
    }

    [Fact]
    public void Read_AnythingElse_IsRefusedWithItsName()
    {
        var good = Compile(Messages, isLittle: true);
        Assert.Contains("x.mo: 3 bytes", Fault([1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("msgfmt", Fault(new byte[64]), StringComparison.Ordinal);
        Assert.Contains("cut off", Fault(good[..^9]), StringComparison.Ordinal);
        Assert.Contains("charset is ISO-8859-1", Fault(Compile([("", "charset=ISO-8859-1\n"), ("a", "b")], isLittle: true)), StringComparison.Ordinal);
        Assert.Contains("its messages are not UTF-8", Fault(good.AsSpan().IndexOf("\u00f6ffne"u8) is var at ? [.. good[..at], 0xff, .. good[(at + 1)..]] : []), StringComparison.Ordinal);
        for (var place = 8; place < 28; place++)
        {
            // Whatever the offsets say, nothing but a fault of this kind comes of it.
            var damaged = good.ToArray();
            damaged[place] = 0xff;
            File.WriteAllBytes(Path, damaged);
            _ = Record.Exception(() => GettextCatalogue.Read(Path)) is null or PreparationFault ? 0 : throw new InvalidOperationException($"byte {place}");
        }
    }

    [Fact]
    public void Prepare_Catalogue_PartsWordsFromPunctuationAndHoldsSomeOut()
    {
        var many = Enumerable.Range(0, 400).Select(number => ($"message {number}:\n<b>done</b>", $"Meldung {number}: fertig."));
        File.WriteAllBytes(Path, Compile([Messages[0], (" ", "\n"), .. many], isLittle: true));
        var dataset = DataCatalog.Prepare(folder.Path, new PreparationRequest(
            "gettext", """{"path":["x.mo"],"validationFraction":0.1,"testFraction":0.2}""", folder.Path));
        using var split = (PairSplit)DataSplit.Open(dataset.Folder, dataset.Manifest.Data, dataset.Manifest.Test!, 16);
        Assert.InRange(split.Count, 50, 110);
        Assert.InRange(dataset.Manifest.Validation.Sum(shard => shard.Examples!.Value), 20, 65);
        Assert.Equal(400, split.Count + dataset.Manifest.Validation.Concat(dataset.Manifest.Train).Sum(shard => shard.Examples!.Value));
        Assert.Matches(@"^Meldung \d+ : fertig \.$", split.Reference(0));
    }

    private string Fault(byte[] bytes)
    {
        File.WriteAllBytes(Path, bytes);
        return Assert.Throws<PreparationFault>(() => GettextCatalogue.Read(Path)).Message;
    }

    private static byte[] Compile(IReadOnlyList<(string Message, string Translation)> entries, bool isLittle)
    {
        var (header, strings) = (new List<byte>(), new List<byte>());
        var first = 28 + (entries.Count * 16);
        foreach (var number in new[] { unchecked((int)0x950412de), 0, entries.Count, 28, 28 + (entries.Count * 8), 0, 0 })
        {
            Add(number);
        }

        foreach (var text in entries.Select(entry => entry.Message).Concat(entries.Select(entry => entry.Translation)))
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Add(bytes.Length);
            Add(first + strings.Count);
            strings.AddRange([.. bytes, 0]);
        }

        return [.. header, .. strings];

        void Add(int number)
        {
            var word = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(word, isLittle ? number : BinaryPrimitives.ReverseEndianness(number));
            header.AddRange(word);
        }
    }
}
