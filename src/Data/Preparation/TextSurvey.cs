using System.Text;

namespace SeqCluster.Data.Preparation;

/// <summary>What a first reading of the text told.</summary>
/// <param name="Symbols">Characters or bytes in all.</param>
/// <param name="Vocabulary">Different characters; empty for bytes.</param>
internal sealed record TextSurvey(long Symbols, IReadOnlyCollection<Rune> Vocabulary);
