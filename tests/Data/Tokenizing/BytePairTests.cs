using System.Text.Json;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Data.Tests.Tokenizing;

/// <summary>Against subword-nmt itself: <c>byte_pairs.py</c> beside this file wrote what it learns and segments.</summary>
public sealed class BytePairTests
{
    private static readonly Case[] Cases =
        JsonSerializer.Deserialize<Case[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Tokenizing/byte_pairs.json")), JsonSerializerOptions.Web)!;

    public static TheoryData<string> Names => [.. Cases.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Learn_SameText_GivesTheirCodes(string name)
    {
        var golden = Cases.Single(item => item.Name == name);
        var codes = BytePairLearner.Learn(BytePairLearner.CountWords(golden.Lines), golden.Merges, golden.MinimumFrequency);
        Assert.Equal(golden.Codes.Split('\n'), codes.ToString().Split('\n'));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Segment_SameCodes_GivesTheirSubwords(string name)
    {
        var golden = Cases.Single(item => item.Name == name);
        var segmenter = new BytePairSegmenter(BytePairCodes.Parse(golden.Codes));
        foreach (var pair in golden.Segmented)
        {
            Assert.Equal(pair[1].Trim(' '), string.Join(' ', segmenter.Segment(pair[0])));
        }
    }

    [Fact]
    public void Join_OfSegments_IsTheLine()
    {
        var segmenter = new BytePairSegmenter(BytePairCodes.Parse(Cases[0].Codes));
        foreach (var line in Cases[0].Lines.Where(line => !line.Contains(BytePairSegmenter.Separator, StringComparison.Ordinal)))
        {
            Assert.Equal(line, BytePairSegmenter.Join(segmenter.Segment(line)));
        }

        Assert.Equal("half a wo", BytePairSegmenter.Join(["half", "a", "wo@@"]));
    }

    [Fact]
    public void Learn_WordsInAnotherOrder_GivesTheSameCodes()
    {
        var counts = BytePairLearner.CountWords(Cases[0].Lines);
        Assert.Equal(BytePairLearner.Learn(counts, 50).Merges, BytePairLearner.Learn(counts.Reverse(), 50).Merges);
        Assert.Empty(BytePairLearner.Learn([], 50).Merges);
    }

    [Fact]
    public void Parse_OfWrongText_NamesEveryLine()
    {
        Assert.Contains("line 1 is 'a b'", Assert.Throws<FormatException>(() => BytePairCodes.Parse("a b\n")).Message, StringComparison.Ordinal);
        var fault = Assert.Throws<FormatException>(() => BytePairCodes.Parse("#version: 0.2\na b\na\na b c\n")).Message;
        Assert.Contains("line 3 is 'a'", fault, StringComparison.Ordinal);
        Assert.Contains("line 4 is 'a b c'", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void CodePointOrder_BeyondTheFirstPlane_IsAboveIt()
    {
        Assert.True(CodePointOrder.Compare("\U0001F600", "\uE000") > 0);
        Assert.True(string.CompareOrdinal("\U0001F600", "\uE000") < 0);
        Assert.True(CodePointOrder.Compare("a", "ab") < 0);
        Assert.Equal(0, CodePointOrder.Compare("ab", "ab"));
    }

    private sealed record Case(string Name, string[] Lines, int Merges, int MinimumFrequency, string Codes, string[][] Segmented);
}
