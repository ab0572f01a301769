namespace SeqCluster.Data.Reading;

/// <summary>
/// What one replica's model is fed in one step, as plain numbers: the models' side of a data kind. Each kind of samples has its
/// own record; a model says by its type which one it takes.
/// </summary>
/// <param name="Samples">Rows; 0 when an epoch's last step is short.</param>
/// <param name="Digest">First 8 bytes of SHA-256 over sample numbers and contents: what was really read (see <see cref="BatchDigest"/>).</param>
public abstract record SequenceBatch(int Samples, ulong Digest)
{
    /// <summary>A target that is left out of the loss, as in padding.</summary>
    public const long NoTarget = -100;
}
