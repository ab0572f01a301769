using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SeqCluster.Models.Checkpoints;
using SeqCluster.Worker.Optimization;
using static TorchSharp.torch;

namespace SeqCluster.Worker.GradientExchange;

/// <summary>
/// The weights as one float32 buffer in the layout's order: what the optimizer changes. The model's own tensors are a copy
/// of it, brought up to date by <see cref="CopyToModel"/>. Engine thread only.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private readonly ParameterLayout layout;
    private readonly float[] weights;
    private readonly DeviceStaging? staging;

    public FlatParameters(ParameterLayout layout)
    {
        this.layout = layout;
        staging = DeviceStaging.For(layout);
        weights = new float[layout.Elements];
        foreach (var placed in layout.Parameters)
        {
            using var onCpu = placed.Parameter.detach().cpu().contiguous();
            MemoryMarshal.Cast<byte, float>(onCpu.bytes).CopyTo(weights.AsSpan(placed.Offset, placed.Count));
        }
    }

    public Span<float> Weights => weights;

    /// <summary>The buffer itself.</summary>
    public float[] Buffer => weights;

    /// <summary>Every parameter with its name and shape, as checkpoints and hashes take them. Holds no copy.</summary>
    public IReadOnlyList<NamedTensor> Named() => layout.Named("", weights);

    /// <summary>SHA-256 of the buffer's bytes: quick to compare between members of one job.</summary>
    public byte[] Hash() => SHA256.HashData(MemoryMarshal.AsBytes<float>(weights));

    /// <summary>Copies one parameter's gradient on the CPU to <paramref name="destination"/>; zeros when backward did not reach it.</summary>
    public static void CopyGradient(PlacedParameter placed, Span<float> destination)
    {
        using var gradient = placed.Parameter.grad;
        if (gradient is null)
        {
            destination.Clear();
            return;
        }

        using var whole = gradient.contiguous();
        MemoryMarshal.Cast<byte, float>(whole.bytes).CopyTo(destination);
    }

    /// <summary>Applies the optimizer to elements [<paramref name="start"/>, start + sum.Length) of the buffer.</summary>
    public void Update(
        FlatOptimizer optimizer, int start, ReadOnlySpan<float> gradientSum, GradientScale scale, double learningRate, int step)
    {
        var end = start + gradientSum.Length;
        foreach (var placed in layout.Parameters)
        {
            // A chunk's edges fall anywhere inside parameters; only whether the elements decay differs between them.
            var from = Math.Max(start, placed.Offset);
            var to = Math.Min(end, placed.Offset + placed.Count);
            if (from < to)
            {
                optimizer.Update(
                    weights.AsSpan(from, to - from), gradientSum[(from - start)..(to - start)], from, scale, learningRate, step, placed.Decays);
            }
        }
    }

    /// <summary>Brings the model's tensors up to date.</summary>
    public void CopyToModel() => CopyToModel(weights);

    /// <summary>Lends the model other weights, in the same layout.</summary>
    public void CopyToModel(ReadOnlySpan<float> values)
    {
        if (staging is not null)
        {
            staging.SendWeights(values);
            return;
        }

        foreach (var placed in layout.Parameters)
        {
            values.Slice(placed.Offset, placed.Count).CopyTo(MemoryMarshal.Cast<byte, float>(placed.Parameter.bytes));
        }
    }

    public void Dispose() => staging?.Dispose();
}
