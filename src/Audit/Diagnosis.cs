using SeqCluster.Audit.Content;
using SeqCluster.Audit.Plans;

namespace SeqCluster.Audit;

/// <summary>
/// Says what a replica has read instead of what was planned, by trying what a faulty reader does: to repeat a sample, to skip one, to
/// put two in each other's place. What fits the digest is what was read.
/// </summary>
/// <param name="data">The data.</param>
internal sealed class Diagnosis(AuditedData data)
{
    private const int DigestBound = 20_000;

    /// <summary>In words, after "step s replica r".</summary>
    /// <param name="planned">What it was to read.</param>
    /// <param name="samples">How many samples it told.</param>
    /// <param name="digest">The digest that it told.</param>
    /// <param name="near">The steps around, from which a sample may have come.</param>
    public string Of(long[] planned, int samples, ulong digest, IEnumerable<AuditedStep> near)
    {
        var others = near.SelectMany(static step => step.Replicas).SelectMany(static part => part).Where(number => !planned.Contains(number)).Distinct().ToList();
        var (account, _) = Readings(planned, others).Where(reading => reading.Samples.Length == samples).Take(DigestBound)
            .FirstOrDefault(reading => data.DigestOf(reading.Samples) == digest);
        return account ?? (samples == planned.Length
            ? $"what was read is not the content of its {planned.Length} planned samples, nor of these with one repeated, skipped or put in another's place"
            : $"{samples} samples were read, {planned.Length} are planned");
    }

    private static IEnumerable<(string Account, long[] Samples)> Readings(long[] planned, List<long> others)
    {
        for (var place = 0; place < planned.Length; place++)
        {
            var number = planned[place];
            yield return ($"sample {number} was skipped", [.. planned[..place], .. planned[(place + 1)..]]);
            yield return ($"sample {number} was read once more", [.. planned[..place], number, .. planned[place..]]);
            foreach (var other in planned.Where(other => other != number))
            {
                yield return ($"sample {other} was repeated in place of sample {number}", With(planned, (place, other)));
            }

            for (var second = place + 1; second < planned.Length; second++)
            {
                yield return ($"samples {number} and {planned[second]} were swapped", With(planned, (place, planned[second]), (second, number)));
            }
        }

        for (var place = 0; place < planned.Length; place++)
        {
            foreach (var other in others)
            {
                yield return ($"sample {other} was read in place of sample {planned[place]}", With(planned, (place, other)));
            }
        }
    }

    private static long[] With(long[] planned, params ReadOnlySpan<(int Place, long Number)> changes)
    {
        var changed = planned.ToArray();
        foreach (var (place, number) in changes)
        {
            changed[place] = number;
        }

        return changed;
    }
}
