namespace SeqCluster.Audit;

/// <summary>What an audit found of one epoch.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Steps">Of the job's steps, those in it.</param>
/// <param name="Samples">That were used in them.</param>
/// <param name="Skipped">Tokens that are no sample's input in it, because too few are left at an edge of the data; 0 until it is whole.</param>
/// <param name="IsWhole">Whether the job has come to its end: then every sample was used in it, and once. Else none was used twice.</param>
public sealed record AuditedEpoch(int Epoch, int Steps, long Samples, long Skipped, bool IsWhole)
{
    /// <summary>Steps before these, of the job that this one continues: what they used is not used again.</summary>
    public int StepsBefore { get; init; }
}
