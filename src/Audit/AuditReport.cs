namespace SeqCluster.Audit;

/// <summary>What an audit has proved of a job, and what does not hold.</summary>
public sealed record AuditReport
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>Whether nothing was found that does not hold.</summary>
    public bool Passed => Defects.Count == 0;

    /// <summary>The step of another job that it goes on after; 0 for none. The steps up to it are in that job's ledger.</summary>
    public required int Continued { get; init; }

    /// <summary>Steps Continued + 1 … Steps were looked for: all of a completed job's, else those up to the last one told.</summary>
    public required int Steps { get; init; }

    /// <summary>R.</summary>
    public required int Replicas { get; init; }

    /// <summary>Micro-batches whose digest is that of the planned samples and the data's content.</summary>
    public required long MicroBatches { get; init; }

    /// <summary>Samples in them.</summary>
    public required long Samples { get; init; }

    /// <summary><c>epoch</c>, <c>tracks</c>, or <c>withReplacement</c>, which claims no once-per-epoch.</summary>
    public required string Sampling { get; init; }

    /// <summary>Empty for draws with replacement.</summary>
    public required IReadOnlyList<AuditedEpoch> Epochs { get; init; }

    /// <summary>In their order.</summary>
    public required IReadOnlyList<AuditedGeneration> Generations { get; init; }

    /// <summary>Reports that a later generation's take the place of; they say the same.</summary>
    public required int Superseded { get; init; }

    /// <summary>In the order of the steps.</summary>
    public required IReadOnlyList<AuditDefect> Defects { get; init; }
}
