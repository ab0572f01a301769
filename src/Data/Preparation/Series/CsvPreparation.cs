using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Preparation.Series;

/// <summary>
/// Turns files of comma-separated values into windows of numbers. Each file is divided by time: its first rows are trained on, the
/// next ones are validation, the last ones test.
/// </summary>
internal static class CsvPreparation
{
    /// <exception cref="PreparationFault">Files or columns are missing, a field is no number, rows are too few; every fault that was found.</exception>
    public static DatasetManifest Prepare(CsvSettings settings, PreparationContext context)
    {
        var faults = new FaultList();
        var windows = WindowsOf(settings, context, faults);
        var files = SourceFiles.Find(context.BaseFolder, settings.Path, out var missing);
        foreach (var fault in missing)
        {
            faults.Add(fault);
        }

        List<string> names = [.. settings.Inputs.Union(settings.TargetColumns)];
        var separator = settings.Separator == "tab" ? '\t' : settings.Separator[0];
        var series = new List<TimedSeries>();
        foreach (var file in files)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var before = faults.Count;
            var one = new TimedSeries(CsvFile.Read(file, separator, names, faults), settings);
            if (faults.Count == before)
            {
                CheckRows(one, Path.GetFileName(file), settings, windows, faults);
            }

            series.Add(one);
            context.Progress?.Report(series.Count / (2.0 * files.Count));
        }

        faults.ThrowIfAny();
        var columns = names.Select((name, column) => ColumnOf(name, column, series, settings, faults)).ToDictionary(column => column.Name);
        faults.ThrowIfAny();
        return Write(settings, context, windows, series, names, columns) with { Sources = [.. files.Select(context.SourceOf)] };
    }

    private static CsvWindows WindowsOf(CsvSettings settings, PreparationContext context, FaultList faults)
    {
        var length = settings.Window > 0 ? settings.Window : context.Block ?? 0;
        if (length == 0)
        {
            faults.Add("data.window = 0: there is no model.block to take it from: say how many rows a sample has");
        }
        else if (length > context.Block)
        {
            faults.Add($"data.window = {length}: the model has model.block = {context.Block}: raise it, or take shorter windows");
        }

        var quiet = settings.TargetsAt == CsvSettings.Last ? length - 1 : settings.WarmUp;
        var told = length - quiet;
        if (length > 0 && told < 1)
        {
            faults.Add($"data.warmUp = {settings.WarmUp}: leaves no target in a window of {length} rows");
        }
        else if (length > 0 && settings.Stride > told)
        {
            faults.Add($"data.stride = {settings.Stride}: a window tells {told} rows, those between two windows would be lost: take at most {told}");
        }

        return new CsvWindows(length, quiet, settings.Ahead, settings.Stride > 0 ? settings.Stride : told);
    }

    private static void CheckRows(TimedSeries series, string name, CsvSettings settings, CsvWindows windows, FaultList faults)
    {
        if (series.TrainingRows < windows.LeastRows)
        {
            faults.Add($"{name}: {series.Rows:N0} rows, of which {series.TrainingRows:N0} are trained on, and one window with its targets needs {windows.LeastRows:N0}: give more, or a shorter data.window");
        }

        foreach (var (field, fraction, rows) in new[]
        {
            ("validationFraction", settings.ValidationFraction, series.ValidationRows),
            ("testFraction", settings.TestFraction, series.TestRows),
        })
        {
            if (fraction > 0 && rows == 0)
            {
                faults.Add($"{name}: data.{field} = {fraction} of {series.Rows:N0} rows is none: give more rows, a larger fraction, or 0");
            }
        }
    }

    private static SeriesColumn ColumnOf(string name, int column, List<TimedSeries> series, CsvSettings settings, FaultList faults)
    {
        if (!settings.Standardize)
        {
            return new SeriesColumn(name, 0, 1);
        }

        var values = series.SelectMany(one => one.Columns[column].Take(one.TrainingRows));
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        if (!(deviation > 0))
        {
            faults.Add($"column {name} is {mean} in every row that is trained on: it tells nothing; leave it out, or set data.standardize: false");
        }

        return new SeriesColumn(name, mean, deviation);
    }

    private static DatasetManifest Write(
        CsvSettings settings, PreparationContext context, CsvWindows windows, List<TimedSeries> series, List<string> names, Dictionary<string, SeriesColumn> columns)
    {
        var writer = new CsvPartWriter(settings, context, windows, names, columns);
        var train = writer.Write(series, static (one, windows) => windows.OfTraining(one.TrainingRows));
        context.Progress?.Report(0.8);
        var validation = writer.Write(series, static (one, windows) => windows.OfHeldOut(one.TrainingRows, one.TrainingRows + one.ValidationRows));
        var test = settings.TestFraction > 0 ? writer.Write(series, static (one, windows) => windows.OfHeldOut(one.Rows - one.TestRows, one.Rows)) : null;
        return new DatasetManifest
        {
            Format = DatasetManifest.CurrentFormat,
            Data = new DataDescription
            {
                Kind = DataKinds.Series,
                InputFeatures = settings.Inputs.Count,
                OutputFeatures = settings.TargetColumns.Count,
                InputColumns = [.. settings.Inputs.Select(name => columns[name])],
                OutputColumns = [.. settings.TargetColumns.Select(name => columns[name])],
            },
            Train = train,
            Validation = validation,
            Test = test,
            Sources = [],
        };
    }
}

/// <summary>The columns of one file, and how its rows are divided by time.</summary>
internal sealed record TimedSeries(IReadOnlyList<List<double>> Columns, CsvSettings Settings)
{
    public int Rows => Columns[0].Count;

    public int ValidationRows => (int)(Rows * Settings.ValidationFraction);

    public int TestRows => (int)(Rows * Settings.TestFraction);

    public int TrainingRows => Rows - ValidationRows - TestRows;
}

/// <summary>Writes the parts of one dataset of windows, one after the other.</summary>
internal sealed class CsvPartWriter(
    CsvSettings settings, PreparationContext context, CsvWindows windows, List<string> names, Dictionary<string, SeriesColumn> columns)
{
    private readonly (int Place, SeriesColumn Column)[] inputs = [.. settings.Inputs.Select(name => (names.IndexOf(name), columns[name]))];
    private readonly (int Place, SeriesColumn Column)[] targets = [.. settings.TargetColumns.Select(name => (names.IndexOf(name), columns[name]))];

    /// <summary>Writes one part.</summary>
    /// <param name="series">All files.</param>
    /// <param name="windowsOf">The part's windows in one of them.</param>
    public IReadOnlyList<ShardEntry> Write(List<TimedSeries> series, Func<TimedSeries, CsvWindows, IEnumerable<(int Start, int FirstTold)>> windowsOf)
    {
        var writer = context.Writer.NewExamples();
        foreach (var one in series)
        {
            foreach (var (start, firstTold) in windowsOf(one, windows))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var firstTarget = settings.TargetsAt == CsvSettings.Last ? windows.Length - 1 : 0;
                writer.Write(
                    ExampleWriter.Floats(Rows(one, inputs, start, windows.Length, start)),
                    ExampleWriter.Floats(Rows(one, targets, start + windows.Ahead + firstTarget, windows.Length - firstTarget, firstTold)));
            }
        }

        return writer.Finish();
    }

    // Rows before the first that is told have no target: NaN.
    private static float[] Rows(TimedSeries series, (int Place, SeriesColumn Column)[] features, int start, int count, int firstTold)
    {
        var values = new float[count * features.Length];
        for (var index = 0; index < values.Length; index++)
        {
            var (row, feature) = Math.DivRem(index, features.Length);
            var (place, column) = features[feature];
            values[index] = start + row < firstTold ? float.NaN : column.Standardize(series.Columns[place][start + row]);
        }

        return values;
    }
}
