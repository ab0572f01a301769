namespace SeqCluster.Data.Preparation;

/// <summary>Which symbols of a text are held out: the end of each of its equally long pieces, the last of which takes what is left over.</summary>
internal sealed class HeldOutText
{
    private readonly long symbols;
    private readonly long pieces;
    private readonly long length;
    private readonly double fraction;

    /// <summary>A text of at least as many symbols as pieces.</summary>
    public HeldOutText(long symbols, TextSettings settings)
    {
        this.symbols = symbols;
        (pieces, fraction) = (settings.ValidationPieces, settings.ValidationFraction);
        length = Math.Max(1, symbols / pieces);
    }

    /// <summary>Symbols that are held out.</summary>
    public long Count => ((pieces - 1) * OfPiece(length)) + OfPiece(LastLength);

    private long LastLength => symbols - ((pieces - 1) * length);

    /// <summary>Whether a symbol is.</summary>
    /// <param name="symbol">Its place in the text, from 0.</param>
    public bool Has(long symbol)
    {
        var piece = Math.Min(symbol / length, pieces - 1);
        var whole = piece == pieces - 1 ? LastLength : length;
        return symbol - (piece * length) >= whole - OfPiece(whole);
    }

    private long OfPiece(long whole) => (long)(whole * fraction);
}
