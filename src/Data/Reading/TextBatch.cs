namespace SeqCluster.Data.Reading;

/// <summary>Blocks of text as a language model takes them: [samples, block] token numbers, row by row.</summary>
/// <param name="Inputs">Token at each place.</param>
/// <param name="Targets">The token after it, or <see cref="SequenceBatch.NoTarget"/>.</param>
/// <param name="Samples">Rows.</param>
/// <param name="Block">Columns.</param>
/// <param name="Digest">Over sample positions and contents.</param>
public sealed record TextBatch(long[] Inputs, long[] Targets, int Samples, int Block, ulong Digest) : SequenceBatch(Samples, Digest);
