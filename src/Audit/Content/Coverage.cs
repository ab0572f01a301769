using System.Collections;

namespace SeqCluster.Audit.Content;

/// <summary>
/// Which of the smallest parts of a dataset (a token as an input, an example, a sample of sound as a target) an epoch has used: each at
/// most once.
/// </summary>
/// <param name="parts">How many there are.</param>
/// <param name="partsOf">First and count of those that a sample uses.</param>
/// <param name="mayMiss">Whether an unused run of parts (first, count) may be: what is shorter than a sample at an edge.</param>
internal sealed class Coverage(long parts, Func<long, (long First, long Count)> partsOf, Func<long, long, bool> mayMiss)
{
    private readonly BitArray used = new(checked((int)parts));

    /// <summary>Notes a sample.</summary>
    /// <returns>Whether nothing of it was used before.</returns>
    public bool Take(long sample)
    {
        var (first, count) = partsOf(sample);
        var isNew = true;
        for (var part = (int)first; part < first + count; part++)
        {
            isNew &= !used[part];
            used[part] = true;
        }

        return isNew;
    }

    /// <summary>Runs of parts that were not used.</summary>
    /// <returns>The sum of those that may be; and each that may not.</returns>
    public (long Skipped, IReadOnlyList<(long First, long Count)> Missing) Rest()
    {
        var (skipped, missing) = (0L, new List<(long, long)>());
        for (var first = 0; first < used.Length;)
        {
            var end = first;
            while (end < used.Length && used[end] == used[first])
            {
                end++;
            }

            if (!used[first] && mayMiss(first, end - first))
            {
                skipped += end - first;
            }
            else if (!used[first])
            {
                missing.Add((first, end - first));
            }

            first = end;
        }

        return (skipped, missing);
    }
}
