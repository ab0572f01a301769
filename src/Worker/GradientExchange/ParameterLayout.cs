using System.Runtime.InteropServices;
using SeqCluster.Models;
using SeqCluster.Models.Checkpoints;
using TorchSharp.Modules;

namespace SeqCluster.Worker.GradientExchange;

/// <summary>
/// Where each parameter lies in the flat buffers, and which buckets they are reduced in. A function of the model alone:
/// parameters in name order, a bucket ends at the parameter that reaches <see cref="BucketElements"/>.
/// </summary>
internal sealed class ParameterLayout
{
    /// <summary>
    /// 4 MiB of float32: large enough for full bandwidth, small enough that the first buckets travel while backward computes
    /// the last. The global norm joins sums of buckets, so this number is part of every result.
    /// </summary>
    public const int BucketElements = 1 << 20;

    /// <summary>Lays out a model.</summary>
    /// <param name="model">Its parameters are placed in name order.</param>
    /// <param name="bucketElements">A bucket ends at the parameter that reaches this.</param>
    public ParameterLayout(TrainableModel model, int bucketElements = BucketElements)
    {
        var parameters = new List<PlacedParameter>();
        var buckets = new List<PlacedBucket>();
        int offset = 0, bucketStart = 0;
        foreach (var (name, parameter) in model.OrderedParameters())
        {
            var count = checked((int)parameter.numel());
            parameters.Add(new PlacedParameter(name, parameter, offset, count, buckets.Count));
            offset = checked(offset + count);
            if (offset - bucketStart >= bucketElements)
            {
                buckets.Add(new PlacedBucket(bucketStart, offset - bucketStart));
                bucketStart = offset;
            }
        }

        if (offset > bucketStart)
        {
            buckets.Add(new PlacedBucket(bucketStart, offset - bucketStart));
        }

        Parameters = parameters;
        Buckets = buckets;
        Elements = offset;
    }

    public IReadOnlyList<PlacedParameter> Parameters { get; }

    public IReadOnlyList<PlacedBucket> Buckets { get; }

    /// <summary>Elements of all parameters.</summary>
    public int Elements { get; }

    /// <summary>A flat buffer as tensors of the parameters' shapes, each name with <paramref name="prefix"/> before it.</summary>
    public IReadOnlyList<NamedTensor> Named(string prefix, float[] values) =>
        [.. Parameters.Select(placed => new NamedTensor(
            prefix + placed.Name, placed.Parameter.shape, values.AsMemory(placed.Offset, placed.Count)))];

    /// <summary>Fills a flat buffer from a file, the reverse of <see cref="Named"/>.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, or of another type or shape.</exception>
    public void Read(SafetensorsFile file, string prefix, Span<float> values)
    {
        foreach (var placed in Parameters)
        {
            var name = prefix + placed.Name;
            var stored = file.Find(name) ?? throw new InvalidDataException($"{name}: missing in the file");
            if (stored.Type != ElementType.Float32 || !stored.Shape.SequenceEqual(placed.Parameter.shape))
            {
                throw new InvalidDataException(
                    $"{name}: [{string.Join(", ", stored.Shape)}] of {stored.Type} in the file, [{string.Join(", ", placed.Parameter.shape)}] of Float32 in the model");
            }

            file.CopyTo(stored, MemoryMarshal.AsBytes(values.Slice(placed.Offset, placed.Count)));
        }
    }
}

/// <summary>A parameter's place: elements [Offset, Offset + Count) of the flat buffers.</summary>
internal sealed record PlacedParameter(string Name, Parameter Parameter, int Offset, int Count, int Bucket)
{
    /// <summary>Biases and gains do not decay (nanoGPT's rule; Loshchilov and Hutter leave it open).</summary>
    public bool Decays => Parameter.dim() >= 2;
}

/// <summary>A bucket's place: elements [Offset, Offset + Count) of the flat buffers.</summary>
internal readonly record struct PlacedBucket(int Offset, int Count);
