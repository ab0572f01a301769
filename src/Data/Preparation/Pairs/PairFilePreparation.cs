using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>Pairs of lines in files, from the settings to a dataset.</summary>
internal static class PairFilePreparation
{
    /// <exception cref="PreparationFault">Files are missing; lines have no partner, are empty, too long or not text.</exception>
    public static DatasetManifest Prepare(PairSettings settings, PreparationContext context)
    {
        var faults = new FaultList();
        var folder = Path.GetFullPath(settings.Dir, Path.GetFullPath(context.BaseFolder));
        var (train, validation, test) = (Find("train", settings.Train), Find("validation", settings.Validation), Find("test", settings.Test));
        faults.ThrowIfAny();

        // Read once for the faults of the files themselves: the passes after it meet none.
        foreach (var files in new[] { train, validation, test }.Where(files => files.Count > 0))
        {
            Check(files, context, faults);
        }

        faults.ThrowIfAny();
        var source = new PairSource(
            () => PairFiles.Read(train, faults),
            validation.Count == 0 ? null : () => PairFiles.Read(validation, faults),
            test.Count == 0 ? null : () => PairFiles.Read(test, faults),
            [.. train, .. validation, .. test]);
        return PairPreparation.Prepare(settings, source, context);

        List<string> Find(string field, IReadOnlyList<string> names)
        {
            var paths = names.Select(name => Path.GetFullPath(name, folder)).ToList();
            foreach (var missing in paths.Where(path => !File.Exists(path)))
            {
                faults.Add($"data.{field}: {missing}: there is no such file");
            }

            return paths;
        }
    }

    private static void Check(IReadOnlyList<string> files, PreparationContext context, FaultList faults)
    {
        foreach (var _ in PairFiles.Read(files, faults))
        {
            context.Cancellation.ThrowIfCancellationRequested();
        }
    }
}
