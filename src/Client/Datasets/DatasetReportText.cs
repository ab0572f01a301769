using System.Globalization;
using System.Text;
using SeqCluster.Client.Commands;
using SeqCluster.Data.Inspection;

namespace SeqCluster.Client.Datasets;

/// <summary>A report on a dataset as a terminal shows it.</summary>
internal static class DatasetReportText
{
    /// <summary>The most characters of a text, and the most numbers of either end of a list; JSON has them all.</summary>
    private const int CharactersMaximum = 160;
    private const int NumbersMaximum = 4;

    public static void Write(DatasetReport report, TextWriter output)
    {
        TextTable.Write(output, ["DATASET", report.Sha256], [.. About(report)], whenEmpty: "");
        output.WriteLine();
        TextTable.Write(
            output,
            ["PART", "HOLDS", "BYTES", "SHARDS"],
            [.. report.Parts.Select(part => (string[])[part.Name, DatasetSummary.Amount(part.Tokens ?? 0, part.Examples), Whole(part.Bytes), Whole(part.Shards.Count)])],
            whenEmpty: "no parts");
        WriteLengths(report, output);
        output.WriteLine();
        TextTable.Write(
            output,
            ["SHARD", "PART", "BYTES", "HOLDS"],
            [.. report.Parts.SelectMany(part => part.Shards.Select(shard => (string[])[shard.Sha256, part.Name, Whole(shard.Bytes), DatasetSummary.Amount(shard.Bytes / sizeof(ushort), shard.Examples)]))],
            whenEmpty: "no shards");
        foreach (var part in report.Parts)
        {
            foreach (var sample in part.Samples)
            {
                output.WriteLine();
                TextTable.Write(output, [$"{part.Name} {sample.Number}", ""], [.. sample.Parts.Select(entry => (string[])[$"  {entry.Key}", Text(entry.Value)])], whenEmpty: "");
            }
        }
    }

    private static IEnumerable<string[]> About(DatasetReport report)
    {
        yield return ["folder", report.Folder];
        yield return ["kind", report.Kind];
        if (report.SourceTokenizer is { } source)
        {
            yield return ["sources by", $"{source}, {Whole(report.SourceVocabularySize)} different tokens"];
        }

        if (report.Tokenizer is { } tokenizer)
        {
            yield return [report.SourceTokenizer is null ? "tokens by" : "targets by", $"{tokenizer}, {Whole(report.VocabularySize)} different tokens"];
        }

        if (report.SampleRate is { } rate)
        {
            yield return ["sound", $"{Whole(rate)} samples a second, {Whole(report.VocabularySize)} levels{(report.Classes is { } classes ? $", {Whole(classes.Count)} classes" : "")}"];
        }

        foreach (var (name, columns) in new[] { ("input", report.InputColumns), ("target", report.OutputColumns) })
        {
            foreach (var column in columns ?? [])
            {
                yield return [name, string.Create(CultureInfo.InvariantCulture, $"{column.Name}, mean {column.Mean:G6}, standard deviation {column.Deviation:G6} of what is trained on")];
            }
        }

        foreach (var part in report.Parts.Where(part => part.Skipped is not null))
        {
            yield return ["skipped", $"{Whole(part.Skipped!.Value)} tokens of the {part.Name} part are in no block of the first epoch"];
        }

        yield return ["made from", $"{Count(report.Sources.Count, "file")}, {Whole(report.Sources.Sum(file => file.Bytes))} bytes"];
        yield return ["verified", $"{Count(report.Parts.Sum(part => part.Shards.Count), "shard")} by content"];
    }

    private static void WriteLengths(DatasetReport report, TextWriter output)
    {
        var rows = report.Parts.SelectMany(part => part.Lengths.Select(lengths => (string[])
        [
            part.Name, $"{lengths.Of}, in {lengths.Unit}", Number(lengths.Least), Number(lengths.Median), Number(lengths.Mean), Number(lengths.NinetiethPercentile), Number(lengths.Most),
        ])).ToList();
        if (rows.Count > 0)
        {
            output.WriteLine();
            TextTable.Write(output, ["PART", "LENGTH OF", "LEAST", "MEDIAN", "MEAN", "90 %", "MOST"], rows, whenEmpty: "");
        }
    }

    private static string Text(object part) => part switch
    {
        double[] { Length: > 2 * NumbersMaximum } numbers => $"{List(numbers[..NumbersMaximum])} … {List(numbers[^NumbersMaximum..])} ({Whole(numbers.Length)} in all)",
        double[] numbers => List(numbers),
        double number => Number(number),
        int number => Whole(number),
        _ => Line((string)part),
    };

    private static string List(IEnumerable<double> numbers) => string.Join(' ', numbers.Select(Number));

    // On one line, and nothing that a terminal would obey.
    private static string Line(string text)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= CharactersMaximum)
            {
                return line.Append('…').ToString();
            }

            line.Append(rune.Value == '\n' ? "⏎" : Rune.IsControl(rune) ? "\uFFFD" : rune.ToString());
        }

        return line.ToString();
    }

    private static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Count(long count, string noun) => $"{Whole(count)} {noun}{(count == 1 ? "" : "s")}";

    private static string Whole(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
