namespace SeqCluster.Data.Reading;

/// <summary>Blocks of text as the model takes them: [samples, block] token numbers, row by row.</summary>
/// <param name="Inputs">Token at each place.</param>
/// <param name="Targets">The token after it.</param>
/// <param name="Samples">Rows.</param>
/// <param name="Block">Columns.</param>
/// <param name="Digest">First 8 bytes of SHA-256 over sample positions and contents: what was really read.</param>
public sealed record TextBatch(long[] Inputs, long[] Targets, int Samples, int Block, ulong Digest);
