using System.Runtime.InteropServices;

namespace SeqCluster.Models.Checkpoints;

/// <summary>
/// The mean of the weights of several checkpoints of one model (Vaswani et al. 2017, section 6.1, averages the last 5 or 20): often
/// better than each. Floating-point tensors are added in float64 in the order of the files and divided once; others must be equal.
/// </summary>
public static class WeightAverage
{
    /// <summary>Averages files.</summary>
    /// <param name="paths">safetensors files with the same tensors.</param>
    /// <returns>The mean of each tensor, in ordinal order of their names.</returns>
    /// <exception cref="InvalidDataException">A file is not valid, or they do not hold the same tensors; names every fault.</exception>
    public static IReadOnlyList<NamedTensor> Of(IReadOnlyList<string> paths)
    {
        var files = new List<SafetensorsFile>(paths.Count);
        try
        {
            files.AddRange(paths.Select(SafetensorsFile.Read));
            CheckSame(files, paths);
            return [.. files[0].Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).Select(tensor => Average(tensor, files, paths))];
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    private static void CheckSame(List<SafetensorsFile> files, IReadOnlyList<string> paths)
    {
        var faults = new List<string>();
        foreach (var (number, file) in files.Index().Skip(1))
        {
            faults.AddRange(files[0].Tensors.Where(tensor => !IsLike(tensor, file.Find(tensor.Name))).Select(tensor => $"{paths[number]}: {tensor.Name} is missing or has another type or shape than in {paths[0]}"));
            faults.AddRange(file.Tensors.Where(tensor => files[0].Find(tensor.Name) is null).Select(tensor => $"{paths[number]}: {tensor.Name} is not in {paths[0]}"));
        }

        if (faults.Count > 0)
        {
            throw new InvalidDataException($"only checkpoints of one model can be averaged: {string.Join("; ", faults)}");
        }
    }

    private static bool IsLike(StoredTensor tensor, StoredTensor? other) =>
        other is not null && other.Type == tensor.Type && other.Shape.SequenceEqual(tensor.Shape);

    private static NamedTensor Average(StoredTensor tensor, List<SafetensorsFile> files, IReadOnlyList<string> paths)
    {
        var contents = files.ConvertAll(file =>
        {
            var bytes = new byte[tensor.SizeBytes];
            file.CopyTo(file.Find(tensor.Name)!, bytes);
            return bytes;
        });
        var mean = tensor.Type switch
        {
            ElementType.Float32 => Mean<float>(contents, sum => (float)(sum / files.Count), value => value),
            ElementType.Float64 => Mean<double>(contents, sum => sum / files.Count, value => value),
            _ => Equal(tensor, contents, paths),
        };
        return new NamedTensor(tensor.Name, tensor.Type, tensor.Shape, mean);
    }

    private static byte[] Mean<T>(List<byte[]> contents, Func<double, T> divide, Func<T, double> widen)
        where T : unmanaged
    {
        var result = new byte[contents[0].Length];
        var values = MemoryMarshal.Cast<byte, T>(result.AsSpan());
        for (var element = 0; element < values.Length; element++)
        {
            var sum = 0.0;
            foreach (var content in contents)
            {
                sum += widen(MemoryMarshal.Cast<byte, T>(content.AsSpan())[element]);
            }

            values[element] = divide(sum);
        }

        return result;
    }

    private static byte[] Equal(StoredTensor tensor, List<byte[]> contents, IReadOnlyList<string> paths)
    {
        var other = contents.FindIndex(content => !content.AsSpan().SequenceEqual(contents[0]));
        return other < 0
            ? contents[0]
            : throw new InvalidDataException($"{paths[other]}: {tensor.Name} of {tensor.Type.Code()} differs from {paths[0]}, and {tensor.Type.Code()} cannot be averaged");
    }
}
