using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SeqCluster.Audit.Plans;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Audit.Content;

/// <summary>What a job was to train on: its plan, the digest of any samples as models are fed them, and how they cover the data.</summary>
internal abstract class AuditedData : IDisposable
{
    /// <summary>Opens the training part of a dataset.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="block">The model's longest sample, where the kind of data needs it.</param>
    /// <exception cref="InvalidDataException">A shard is missing or damaged, or the kind is unknown.</exception>
    public static AuditedData Open(string folder, DatasetManifest manifest, int block) => manifest.Data.Kind switch
    {
        DataKinds.Text => new TextData(folder, manifest.Train, block),
        DataKinds.Pairs => new PairData(folder, manifest.Train),
        DataKinds.Series => new SeriesData(folder, manifest),
        DataKinds.Audio => new AudioData(folder, manifest, block),
        _ => throw new InvalidDataException($"samples of kind {manifest.Data.Kind}: this program cannot audit them; use the version that trained on them"),
    };

    /// <summary>The steps from the first on, without end.</summary>
    /// <param name="train">How the job samples.</param>
    /// <param name="replicas">R.</param>
    /// <param name="seed">The job's.</param>
    public abstract IEnumerable<AuditedStep> Plan(TrainSpec train, int replicas, long seed);

    /// <summary>First 8 bytes of SHA-256 over numbers and contents, as a little-endian number.</summary>
    public ulong DigestOf(IReadOnlyList<long> samples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Feed(hash, samples);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }

    /// <summary>Begins to note what an epoch covers.</summary>
    public abstract Coverage Cover(TrainSpec train, int replicas);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Feeds what a model is fed.</summary>
    protected abstract void Feed(IncrementalHash hash, IReadOnlyList<long> samples);

    /// <summary>Feeds numbers.</summary>
    protected static void Add<T>(IncrementalHash hash, ReadOnlySpan<T> numbers)
        where T : struct => hash.AppendData(MemoryMarshal.AsBytes(numbers));
}
