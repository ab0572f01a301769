using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace SeqCluster.Bench.Training;

/// <summary>
/// SHA-256 of every parameter of a benchmark model at three moments: made, after the first backward pass (gradients), and
/// after fifteen Adam steps. Each entry is [name, hash in lower-case hexadecimal], in the order of registration.
/// </summary>
/// <param name="Model">The model's name.</param>
/// <param name="Initial">Parameters as made from the seed.</param>
/// <param name="Gradients">Gradients after the first backward pass.</param>
/// <param name="Parameters">Parameters after fifteen steps.</param>
public sealed record ModelHashes(
    string Model,
    IReadOnlyList<IReadOnlyList<string>> Initial,
    IReadOnlyList<IReadOnlyList<string>> Gradients,
    IReadOnlyList<IReadOnlyList<string>> Parameters)
{
    private const int AdamSteps = 15;

    /// <summary>One hash over all names and hashes.</summary>
    public string Overall()
    {
        var lines = Initial.Concat(Gradients).Concat(Parameters).Select(entry => string.Join(' ', entry));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    /// <summary>What differs from <paramref name="other"/>, one line a parameter; empty if the two are equal bit for bit.</summary>
    public IReadOnlyList<string> DifferencesFrom(ModelHashes other) =>
    [
        .. Differences("initial", Initial, other.Initial),
        .. Differences("gradient", Gradients, other.Gradients),
        .. Differences("parameter", Parameters, other.Parameters),
    ];

    /// <summary>Trains the model from its seed and hashes it on the way.</summary>
    public static ModelHashes Of(string model, ModelSize size)
    {
        using var workload = Workload.Create(model, size);
        var named = workload.Parameters.ToArray();
        var initial = named.Select(entry => Entry(entry.name, entry.parameter)).ToArray();
        workload.Backward();
        var gradients = named.Select(entry => Entry(entry.name, entry.parameter.grad)).ToArray();
        workload.Update();
        for (var step = 1; step < AdamSteps; step++)
        {
            workload.Step();
        }

        return new ModelHashes(model, initial, gradients, [.. named.Select(entry => Entry(entry.name, entry.parameter))]);
    }

    private static IReadOnlyList<string> Entry(string name, Tensor? value)
    {
        using var scope = NewDisposeScope();
        var bytes = value is null ? default : value.detach().contiguous().bytes;
        return [name, Convert.ToHexStringLower(SHA256.HashData(bytes))];
    }

    private static IEnumerable<string> Differences(
        string moment, IReadOnlyList<IReadOnlyList<string>> left, IReadOnlyList<IReadOnlyList<string>> right)
    {
        if (left.Count != right.Count)
        {
            yield return $"{moment}: {left.Count} parameters against {right.Count}";
        }

        foreach (var (our, their) in left.Zip(right).Where(pair => !pair.First.SequenceEqual(pair.Second)))
        {
            yield return $"{moment} {our[0]}: {our[1][..12]} against {their[0]}: {their[1][..12]}";
        }
    }
}
