namespace SeqCluster.Tidy.Tests.Surface;

/// <summary>
/// Holds a stand-in, its <c>surface.txt</c> and the product together: every member is listed under the page of the original's
/// documentation, no line is stale, and nothing is there that nobody uses.
/// </summary>
public static class SurfaceRule
{
    /// <summary>Every fault of one stand-in.</summary>
    /// <param name="list">Its <c>surface.txt</c>: <c># URL</c> opens a group, then one type or member a line.</param>
    /// <param name="surface">What the built assembly offers.</param>
    /// <param name="used">What the product's assemblies use of it.</param>
    public static IEnumerable<Fault> Check(SourceFile list, StandinSurface surface, IReadOnlySet<string> used)
    {
        var listed = new HashSet<string>();
        var hasPage = false;
        for (var index = 0; index < list.Lines.Count; index++)
        {
            var line = list.Lines[index].Trim();
            if (line.StartsWith('#'))
            {
                hasPage = line.StartsWith("# https://", StringComparison.Ordinal);
                continue;
            }

            if (line.Length == 0)
            {
                continue;
            }

            if (!hasPage)
            {
                yield return new Fault(list.Path, index + 1, $"{line}: under no documentation page; open its group with `# https://…`");
            }

            if (!listed.Add(line))
            {
                yield return new Fault(list.Path, index + 1, $"{line}: listed twice");
            }
            else if (!surface.Required.Contains(line) && !surface.Optional.Contains(line))
            {
                yield return new Fault(list.Path, index + 1, $"{line}: {surface.Assembly} has no such public member; remove the line");
            }
        }

        foreach (var member in surface.Required.Order(StringComparer.Ordinal))
        {
            if (!listed.Contains(member))
            {
                yield return new Fault(list.Path, 0, $"{member}: public in {surface.Assembly} and not listed");
            }

            if (!used.Contains(member))
            {
                yield return new Fault(list.Path, 0, $"{member}: used by nothing in src, bench or tests; remove it from {surface.Assembly}");
            }
        }
    }
}
