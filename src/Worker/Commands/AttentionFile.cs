using SeqCluster.Data.Reading;
using SeqCluster.Data.Tokenizing;
using SeqCluster.Models;
using SeqCluster.Pictures;

namespace SeqCluster.Worker.Commands;

/// <summary>How much each word of a target looked at each word of its source, as an SVG heat map.</summary>
internal static class AttentionFile
{
    /// <exception cref="ArgumentException">The model has no attention, or the sentences are too long for a picture.</exception>
    public static void Write(
        string path, PairModel model, SymbolTokenizer sources, IReadOnlyList<int> source, SymbolTokenizer targets, IReadOnlyList<int> target)
    {
        var maps = model.AttentionMaps(BatchOf(source, target))
            ?? throw new ArgumentException($"--attention {path}: the model has no attention");
        var rows = target.Append(SpecialTokens.End).Select(token => targets[token]).ToList();
        var columns = source.Append(SpecialTokens.End).Select(token => sources[token]).ToList();
        var picture = new HeatMap
        {
            Title = "attention of the target (rows) over the source (columns)",
            Rows = rows,
            Columns = columns,
            Weights = [.. Enumerable.Range(0, rows.Count).Select(row => Enumerable.Range(0, columns.Count).Select(column => maps[0, row, column]).ToArray())],
        };
        File.WriteAllText(path, picture.ToSvg());
    }

    // One pair, for teacher forcing with what the model wrote itself.
    private static PairBatch BatchOf(IReadOnlyList<int> source, IReadOnlyList<int> target)
    {
        var row = SourceRows.Of([source]);
        long[] inputs = [SpecialTokens.Begin, .. target.Select(token => (long)token)];
        long[] outputs = [.. inputs.Skip(1), SpecialTokens.End];
        return new PairBatch(row.Tokens, row.Lengths, row.Places, inputs, outputs, [inputs.Length], inputs.Length, 1, 0);
    }
}
