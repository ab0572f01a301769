using System.Text;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Data.Tests.Tokenizing;

public sealed class TokenizerTests
{
    private const string Text = "Zwölf Boxkämpfer → 😀 jagen\n";

    [Fact]
    public void Char_KnownText_ComesBack()
    {
        var tokenizer = new CharTokenizer(Text.EnumerateRunes().Distinct());
        Assert.Equal(Text, tokenizer.Decode(tokenizer.Encode(Text)));
        Assert.Equal(Text.EnumerateRunes().Count(), tokenizer.Encode(Text).Length);
    }

    [Fact]
    public void Char_Vocabulary_IsInCodePointOrder() =>
        Assert.Equal("abc", string.Concat(new CharTokenizer("cab".EnumerateRunes()).Vocabulary));

    [Fact]
    public void Char_UnknownSymbol_NamesItAndItsPlace()
    {
        var fault = Assert.Throws<UnknownSymbolException>(() => new CharTokenizer("ab".EnumerateRunes()).Encode("ab!"));
        Assert.Equal(("!", 2), (fault.Symbol, fault.Position));
        Assert.Contains("tokenizer: byte", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Char_TokenOutsideVocabulary_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CharTokenizer("ab".EnumerateRunes()).Decode([2]));

    [Fact]
    public void Byte_AnyText_ComesBack()
    {
        var tokenizer = new ByteTokenizer();
        Assert.Equal(Text, tokenizer.Decode(tokenizer.Encode(Text)));
        Assert.Equal(Encoding.UTF8.GetByteCount(Text), tokenizer.Encode(Text).Length);
    }

    [Fact]
    public void Byte_HalfACharacter_BecomesReplacement() => Assert.Equal("�", new ByteTokenizer().Decode([0xC3]));
}
