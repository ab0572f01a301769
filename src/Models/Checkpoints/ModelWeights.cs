using static TorchSharp.torch;

namespace SeqCluster.Models.Checkpoints;

/// <summary>Weights between a model and files. Tensors are matched by name; type and shape must be equal.</summary>
public static class ModelWeights
{
    /// <summary>A copy of all parameters and persistent buffers, in ordinal order of their names.</summary>
    public static IReadOnlyList<NamedTensor> Of(TrainableModel model) =>
        [.. State(model).Select(entry => new NamedTensor(entry.Name, TypeOf(entry.Tensor), entry.Tensor.shape, Bytes(entry.Tensor)))];

    /// <summary>Puts a file's tensors into a model. Either all are taken, or, when anything does not fit, none.</summary>
    /// <param name="model">Takes them.</param>
    /// <param name="file">Has them.</param>
    /// <param name="prefix">What their names begin with in the file; others are left alone.</param>
    /// <param name="isNew">Tensors that keep what the model has, whatever the file has of them; null for none.</param>
    /// <exception cref="InvalidDataException">Names every tensor that is missing, left over, or of another type or shape.</exception>
    public static void Load(TrainableModel model, SafetensorsFile file, string prefix = "", Func<string, bool>? isNew = null)
    {
        var state = State(model).Where(entry => isNew?.Invoke(entry.Name) != true).ToList();
        var names = state.Select(entry => prefix + entry.Name).ToHashSet();
        List<string> faults =
        [
            .. state.Select(entry => Fault(entry.Name, entry.Tensor, file.Find(prefix + entry.Name))).OfType<string>(),
            .. file.Tensors.Where(stored => stored.Name.StartsWith(prefix, StringComparison.Ordinal) && !names.Contains(stored.Name) && isNew?.Invoke(stored.Name[prefix.Length..]) != true).Select(stored => $"{stored.Name}: the model has no such tensor"),
        ];
        if (faults.Count > 0)
        {
            throw new InvalidDataException($"the weights do not fit the model: {string.Join("; ", faults)}");
        }

        using var withoutGraph = no_grad();
        foreach (var (name, tensor) in state)
        {
            using var scope = NewDisposeScope();
            var loaded = empty(tensor.shape, tensor.dtype);
            file.CopyTo(file.Find(prefix + name)!, loaded.bytes);
            tensor.copy_(loaded);
        }
    }

    private static IReadOnlyList<(string Name, Tensor Tensor)> State(TrainableModel model) =>
        [.. model.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter))
            .Concat(model.named_buffers(true, false).Select(entry => (entry.name, entry.buffer)))
            .OrderBy(entry => entry.name, StringComparer.Ordinal)];

    private static string? Fault(string name, Tensor wanted, StoredTensor? stored)
    {
        if (stored is null)
        {
            return $"{name}: missing in the file";
        }

        var (type, shape) = (TypeOf(wanted), wanted.shape);
        return stored.Type == type && stored.Shape.SequenceEqual(shape)
            ? null
            : $"{name}: [{string.Join(", ", stored.Shape)}] of {stored.Type.Code()} in the file, [{string.Join(", ", shape)}] of {type.Code()} in the model";
    }

    private static byte[] Bytes(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().bytes.ToArray();
    }

    private static ElementType TypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Bool => ElementType.Bool,
        ScalarType.Byte => ElementType.UInt8,
        ScalarType.Int8 => ElementType.Int8,
        ScalarType.Int16 => ElementType.Int16,
        ScalarType.Int32 => ElementType.Int32,
        ScalarType.Int64 => ElementType.Int64,
        ScalarType.Float16 => ElementType.Float16,
        ScalarType.BFloat16 => ElementType.BFloat16,
        ScalarType.Float32 => ElementType.Float32,
        ScalarType.Float64 => ElementType.Float64,
        var other => throw new NotSupportedException($"tensors of {other} are not stored"),
    };
}
