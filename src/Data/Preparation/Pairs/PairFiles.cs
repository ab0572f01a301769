namespace SeqCluster.Data.Preparation.Pairs;

/// <summary>Pairs of lines of two files, or the two columns of a tab-separated file.</summary>
internal static class PairFiles
{
    /// <summary>Reads a part. Every line without a partner, and every line that is not text, is a fault with its number.</summary>
    /// <param name="files">One file or two, source first.</param>
    /// <param name="faults">Takes the faults.</param>
    public static IEnumerable<TextPair> Read(IReadOnlyList<string> files, FaultList faults) =>
        files.Count == 1 ? Columns(files[0], faults) : Lines(files[0], files[1], faults);

    private static IEnumerable<TextPair> Lines(string sourceFile, string targetFile, FaultList faults)
    {
        using var sources = TextLines.Read(sourceFile, faults).GetEnumerator();
        using var targets = TextLines.Read(targetFile, faults).GetEnumerator();
        for (var number = 1; ; number++)
        {
            var (hasSource, hasTarget) = (sources.MoveNext(), targets.MoveNext());
            if (hasSource != hasTarget)
            {
                var (longer, shorter) = hasSource ? (sourceFile, targetFile) : (targetFile, sourceFile);
                faults.Add($"{Path.GetFileName(longer)}:{number}: this line has no partner: {Path.GetFileName(shorter)} has {number - 1} lines; line n of one file is translated by line n of the other");
            }

            if (!hasSource || !hasTarget)
            {
                yield break;
            }

            if (sources.Current is { } source && targets.Current is { } target)
            {
                yield return new TextPair(source, target, $"{Path.GetFileName(sourceFile)}:{number}");
            }
        }
    }

    private static IEnumerable<TextPair> Columns(string file, FaultList faults)
    {
        var number = 0;
        foreach (var line in TextLines.Read(file, faults))
        {
            number++;
            var place = $"{Path.GetFileName(file)}:{number}";
            if (line is null)
            {
                continue;
            }

            if (line.Split('\t') is [var source, var target])
            {
                yield return new TextPair(source, target, place);
            }
            else
            {
                faults.Add($"{place}: {line.Count(letter => letter == '\t')} tabs: a line is a source, one tab, a target");
            }
        }
    }
}
