namespace SeqCluster.Data.Metrics;

/// <summary>What every metric demands of its references.</summary>
internal static class ReferenceSets
{
    internal static void Check(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> referenceSets)
    {
        if (referenceSets.Count == 0)
        {
            throw new ArgumentException("no references: give one for each hypothesis", nameof(referenceSets));
        }

        for (var set = 0; set < referenceSets.Count; set++)
        {
            if (referenceSets[set].Count != hypotheses.Count)
            {
                throw new ArgumentException($"{hypotheses.Count} hypotheses and {referenceSets[set].Count} references in set {set + 1}: give one for each", nameof(referenceSets));
            }
        }
    }
}
