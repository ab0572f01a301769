using System.Globalization;
using System.Text;

namespace SeqCluster.Data.Preparation.Series;

/// <summary>
/// Columns of a file of comma-separated values (RFC 4180, but for line breaks inside quotes), of which the first line names the
/// columns. Fields of other columns may be anything.
/// </summary>
internal static class CsvFile
{
    private const char Quote = '"';

    /// <summary>Reads columns. Every line that does not fit is told with its number.</summary>
    /// <param name="file">The file.</param>
    /// <param name="separator">Between two fields.</param>
    /// <param name="columns">Their names, each once.</param>
    /// <param name="faults">Takes the faults.</param>
    /// <returns>A list of numbers for each column; as far as there were any.</returns>
    public static IReadOnlyList<List<double>> Read(string file, char separator, IReadOnlyList<string> columns, FaultList faults)
    {
        var name = Path.GetFileName(file);
        var values = columns.Select(_ => new List<double>()).ToList();
        int[]? places = null;
        var (fields, number, blank) = (0, 0, 0);
        foreach (var line in TextLines.Read(file, faults))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) && places is not null)
            {
                // At the end of a file it is nothing; between rows it is one that is missing.
                blank = line is null || blank > 0 ? blank : number;
                continue;
            }

            if (blank > 0)
            {
                faults.Add($"{name}:{blank}: an empty line between rows: take it out, or fill it in");
                blank = 0;
            }

            var row = Split(line ?? "", separator);
            if (places is null)
            {
                (places, fields) = (PlacesOf(row, columns, name, faults), row.Count);
                if (places.Contains(-1))
                {
                    return values;
                }
            }
            else if (row.Count != fields)
            {
                faults.Add($"{name}:{number}: {row.Count} fields, the header has {fields}: fill in what is missing, or quote fields that hold a separator");
            }
            else
            {
                AddRow(row, places, columns, values, $"{name}:{number}", faults);
            }
        }

        if (places is null)
        {
            faults.Add($"{name}: empty: the first line is to name the columns");
        }

        return values;
    }

    private static int[] PlacesOf(List<string> header, IReadOnlyList<string> columns, string name, FaultList faults)
    {
        var places = columns.Select(column => header.IndexOf(column)).ToArray();
        for (var column = 0; column < places.Length; column++)
        {
            if (places[column] < 0)
            {
                faults.Add($"{name}:1: no column {columns[column]}: there {(header.Count == 1 ? "is" : "are")} {string.Join(", ", header)}");
            }
            else if (header.LastIndexOf(columns[column]) != places[column])
            {
                faults.Add($"{name}:1: two columns are called {columns[column]}: rename one");
                places[column] = -1;
            }
        }

        return places;
    }

    private static void AddRow(List<string> row, int[] places, IReadOnlyList<string> columns, List<List<double>> values, string place, FaultList faults)
    {
        for (var column = 0; column < places.Length; column++)
        {
            var field = row[places[column]];
            var isNumber = double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
            if (!isNumber || !float.IsFinite((float)value))
            {
                faults.Add($"{place}: {columns[column]} is {Description(field, isNumber)}: correct it, or leave the row out");
            }

            values[column].Add(value);
        }
    }

    private static string Description(string field, bool isNumber) =>
        field.Length == 0 ? "empty"
        : isNumber ? $"{field}, which is no finite number"
        : $"'{field}', which is no number{(field.Contains(',') ? " (decimals are written with a point)" : "")}";

    private static List<string> Split(string line, char separator)
    {
        var (fields, field, isQuoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == Quote)
            {
                // Twice inside quotes it is one.
                if (isQuoted && i + 1 < line.Length && line[i + 1] == Quote)
                {
                    field.Append(line[i++]);
                }
                else
                {
                    isQuoted = !isQuoted;
                }
            }
            else if (line[i] == separator && !isQuoted)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        fields.Add(field.ToString().Trim());
        return fields;
    }
}
