using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Transport.Tcp;

namespace SeqCluster.Simulation.Tests.Workers;

/// <summary>What goes over the data plane: the fields of the product's frame header, and the payload as an object.</summary>
/// <param name="Sequence">Of a broadcast; 0 in frames of a bucket.</param>
/// <param name="Bucket">−1 in frames without one.</param>
internal sealed record Frame(FrameKind Kind, int Attempt, int Generation, long Step, long Sequence, int Bucket, int Rank, object Content);

/// <summary>A member's partial sums, of the receiver's chunk or of the whole bucket, and its side values.</summary>
internal sealed record PartialsContent(float[][] Sums, SideValues[] Sides);

/// <summary>A completed chunk.</summary>
internal sealed record ChunkContent(float[] Sum, double Squares);
