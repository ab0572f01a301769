using System.Globalization;
using System.Runtime.InteropServices;
using SeqCluster.Collectives;
using SeqCluster.Data.Sampling;
using SeqCluster.Models;
using SeqCluster.Models.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>
/// What each replica's rows carry from one step to the next (design §6.6). Every member has that of all replicas, brought by each step,
/// so that any survivor, and any number of workers, can go on. What a step leaves becomes current only when the step is complete.
/// </summary>
internal sealed class ReplicaState
{
    /// <summary>It travels with every step and lies in every checkpoint: more than this is a mistake in the job.</summary>
    public const long MaximumBytes = 64L << 20;

    private readonly Device device;
    private readonly int replicas;
    private readonly long[][] shapes;
    private readonly int replicaElements;
    private readonly float[] next;

    /// <summary>The state of a model's rows, all zero.</summary>
    /// <exception cref="ArgumentException">It is larger than <see cref="MaximumBytes"/>.</exception>
    public ReplicaState(ICarriesState model, Device device, int replicas, int rows)
    {
        (this.device, this.replicas) = (device, replicas);
        using var scope = NewDisposeScope();
        shapes = Array.ConvertAll(model.ZeroState(rows), static part => part.shape);
        var elements = shapes.Sum(Elements);
        if (replicas * elements * sizeof(float) > MaximumBytes)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"{replicas} replicas of {rows} rows carry {replicas * elements * sizeof(float):N0} bytes of state from step to step, at most {MaximumBytes:N0}: fewer workers.replicas, a smaller train.microBatch, or a narrower model"));
        }

        replicaElements = checked((int)elements);
        Buffer = new float[replicas * replicaElements];
        next = new float[Buffer.Length];
    }

    /// <summary>The current state of all replicas, in their order.</summary>
    public float[] Buffer { get; }

    /// <summary>The state in which a replica's rows begin a step; the caller's scope disposes it.</summary>
    public Tensor[] Of(int replica, PlannedStep planned)
    {
        var start = replica * replicaElements;
        return Array.ConvertAll(shapes, shape =>
        {
            var count = (int)Elements(shape);
            var part = zeros(shape, ScalarType.Float32);
            if (!planned.BeginsTracks)
            {
                MemoryMarshal.AsBytes(Buffer.AsSpan(start, count)).CopyTo(part.bytes);
            }

            start += count;
            return part.to(device);
        });
    }

    /// <summary>Keeps the state in which a hosted replica's rows end the step.</summary>
    public void Keep(int replica, Tensor[] state)
    {
        var place = next.AsSpan(replica * replicaElements, replicaElements);
        foreach (var part in state)
        {
            using var onCpu = part.cpu().contiguous();
            var values = MemoryMarshal.Cast<byte, float>(onCpu.bytes);
            values.CopyTo(place);
            place = place[values.Length..];
        }
    }

    /// <summary>Brings every replica's to every member. Nothing is current yet. No bucket may be under way.</summary>
    public void Exchange(CollectiveGroup group, int step)
    {
        for (var root = 0; root < group.Workers; root++)
        {
            var (first, last) = (root * replicas / group.Workers, (root + 1) * replicas / group.Workers);
            group.Broadcast(step, root, MemoryMarshal.AsBytes(next.AsSpan(first * replicaElements, (last - first) * replicaElements)));
        }
    }

    /// <summary>The step is complete: what it left is current.</summary>
    public void Advance() => next.CopyTo(Buffer, 0);

    /// <summary>A buffer of all replicas as tensors, for checkpoints and hashes. Holds no copy.</summary>
    public IReadOnlyList<NamedTensor> Named(float[] values)
    {
        var tensors = new List<NamedTensor>();
        var start = 0;
        for (var replica = 0; replica < replicas; replica++)
        {
            for (var part = 0; part < shapes.Length; part++)
            {
                var count = (int)Elements(shapes[part]);
                tensors.Add(new NamedTensor(Name(replica, part), shapes[part], values.AsMemory(start, count)));
                start += count;
            }
        }

        return tensors;
    }

    /// <summary>Takes the state from a file, the reverse of <see cref="Named"/>.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, or of another type or shape.</exception>
    public void Read(SafetensorsFile file)
    {
        foreach (var tensor in Named(Buffer))
        {
            var stored = file.Find(tensor.Name) ?? throw new InvalidDataException($"{tensor.Name}: missing in the file");
            if (stored.Type != ElementType.Float32 || !stored.Shape.SequenceEqual(tensor.Shape))
            {
                throw new InvalidDataException($"{tensor.Name}: [{string.Join(", ", stored.Shape)}] in the file, [{string.Join(", ", tensor.Shape)}] in the job");
            }

            var values = new byte[stored.SizeBytes];
            file.CopyTo(stored, values);
            MemoryMarshal.Cast<byte, float>(values).CopyTo(Buffer.AsSpan(OffsetOf(tensor.Name)));
        }
    }

    private static long Elements(long[] shape) => shape.Aggregate(1L, static (product, size) => product * size);

    private static string Name(int replica, int part) => string.Create(CultureInfo.InvariantCulture, $"replica.{replica:D4}.{part:D2}");

    private int OffsetOf(string name)
    {
        var numbers = name.Split('.');
        var (replica, part) = (int.Parse(numbers[1], CultureInfo.InvariantCulture), int.Parse(numbers[2], CultureInfo.InvariantCulture));
        return (replica * replicaElements) + (int)shapes.Take(part).Sum(Elements);
    }
}
