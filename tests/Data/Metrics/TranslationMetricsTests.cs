using System.Text.Json;
using SeqCluster.Data.Metrics;

namespace SeqCluster.Data.Tests.Metrics;

/// <summary>Against sacrebleu itself: <c>translation_metrics.py</c> beside this file wrote its tokens and scores.</summary>
public sealed class TranslationMetricsTests
{
    private static readonly Golden Expected =
        JsonSerializer.Deserialize<Golden>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Metrics/translation_metrics.json")), JsonSerializerOptions.Web)!;

    public static TheoryData<string> Names => [.. Expected.Corpora.Select(item => item.Name)];

    [Fact]
    public void Tokens_OfEveryLine_AreTheirs()
    {
        foreach (var (line, tokens) in Expected.Tokens)
        {
            Assert.Equal(tokens, Tokenizer13a.Tokens(line));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bleu_OfCorpus_IsTheirs(string name)
    {
        var corpus = Expected.Corpora.Single(item => item.Name == name);
        var score = BleuScore.Of(corpus.Hypotheses, corpus.References);
        Assert.Equal(corpus.Bleu, score.Score, 1e-9);
        Assert.Equal(corpus.BrevityPenalty, score.BrevityPenalty, 1e-12);
        Assert.Equal((corpus.HypothesisLength, corpus.ReferenceLength), (score.HypothesisLength, score.ReferenceLength));
        Assert.All(corpus.Precisions.Zip(score.Precisions), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Equal(corpus.Printed, score.ToString());
        Assert.Equal(corpus.Signature.Replace("checkout", "SeqCluster", StringComparison.Ordinal), BleuScore.Signature(corpus.References.Length));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CharacterFScore_OfCorpus_IsTheirs(string name)
    {
        var corpus = Expected.Corpora.Single(item => item.Name == name);
        Assert.Equal(corpus.Chrf, CharacterFScore.Of(corpus.Hypotheses, corpus.References), 1e-9);
        Assert.Equal(corpus.ChrfWords, CharacterFScore.Of(corpus.Hypotheses, corpus.References, wordOrders: 2), 1e-9);
    }

    // The value in sacrebleu's README and test_bleu.py, and one counted by hand: p = 5/6, 3/5, 1/4, smoothed 1/(2·3); BP = 1.
    [Fact]
    public void Bleu_OfPublishedExamples_IsThePublishedValue()
    {
        var readme = Expected.Corpora.Single(item => item.Name == "readme");
        Assert.Equal(48.530827, BleuScore.Of(readme.Hypotheses, readme.References).Score, 1e-6);
        Assert.Equal(100 * Math.Pow(5 / 6.0 * 3 / 5 / 4 / 6, 0.25), BleuScore.Of(["the cat is on the mat"], ["the cat sat on the mat"]).Score, 1e-9);
    }

    [Fact]
    public void Scores_WithoutOneReferenceEach_AreRefused()
    {
        Assert.Contains("2 hypotheses and 1 references", Assert.Throws<ArgumentException>(() => BleuScore.Of(["a", "b"], ["a"])).Message, StringComparison.Ordinal);
        Assert.Contains("no references", Assert.Throws<ArgumentException>(() => CharacterFScore.Of(["a"], [])).Message, StringComparison.Ordinal);
        Assert.Equal("nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:SeqCluster", CharacterFScore.Signature());
    }

    private sealed record Golden(Segment[] Tokens, Corpus[] Corpora);

    private sealed record Segment(string Line, string[] Tokens);

    private sealed record Corpus(
        string Name, string[] Hypotheses, string[][] References, double Bleu, double[] Precisions, double BrevityPenalty, long HypothesisLength,
        long ReferenceLength, string Printed, double Chrf, double ChrfWords, string Signature);
}
