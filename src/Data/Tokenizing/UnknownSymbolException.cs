namespace SeqCluster.Data.Tokenizing;

/// <summary>A text has a symbol that the model never saw.</summary>
public sealed class UnknownSymbolException(string symbol, int position)
    : Exception($"the symbol '{symbol}' at position {position} is not in the vocabulary that the model was trained with: leave it out, or train with tokenizer: byte")
{
    /// <summary>The symbol.</summary>
    public string Symbol { get; } = symbol;

    /// <summary>Its place in the text, counted in UTF-16 units from 0.</summary>
    public int Position { get; } = position;
}
