using System.Text.Json;

namespace SeqCluster.Torch.Tests.Golden;

/// <summary>The values that <c>golden.py</c> stored, by case.</summary>
internal static class Expected
{
    /// <summary>Of an operator, loss or layer: the output, and the gradient of every leaf.</summary>
    public sealed record Differentiated(long[] Shape, double[] Output, double[][] Gradients);

    /// <summary>Of an optimizer: the gradient norms before clipping, and the parameters after five steps.</summary>
    public sealed record Optimized(double[] Norms, double[][] Parameters);

    public static readonly IReadOnlyDictionary<string, Differentiated> Operators = Read<Differentiated>("operators");
    public static readonly IReadOnlyDictionary<string, Differentiated> Losses = Read<Differentiated>("losses");
    public static readonly IReadOnlyDictionary<string, Differentiated> Layers = Read<Differentiated>("layers");
    public static readonly IReadOnlyDictionary<string, Optimized> Optimizers = Read<Optimized>("optimizers");
    public static readonly IReadOnlyDictionary<string, double[]> Schedules = Read<double[]>("schedules");

    private static Dictionary<string, T> Read<T>(string file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Golden", $"{file}.json");
        return JsonSerializer.Deserialize<Dictionary<string, T>>(File.ReadAllText(path), JsonSerializerOptions.Web)!;
    }
}
