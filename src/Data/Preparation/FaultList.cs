namespace SeqCluster.Data.Preparation;

/// <summary>Collects the faults of data: all are counted, the first ones are told.</summary>
internal sealed class FaultList
{
    /// <summary>A file with the wrong encoding has a fault in every line; nobody reads a million of them.</summary>
    public const int Told = 50;

    private readonly List<string> faults = [];
    private int untold;

    public int Count => faults.Count + untold;

    public void Add(string fault)
    {
        if (faults.Count < Told)
        {
            faults.Add(fault);
        }
        else
        {
            untold++;
        }
    }

    /// <exception cref="PreparationFault">There was a fault.</exception>
    public void ThrowIfAny()
    {
        if (faults.Count > 0)
        {
            throw new PreparationFault(untold == 0 ? faults : [.. faults, $"and {untold:N0} more faults"]);
        }
    }
}
