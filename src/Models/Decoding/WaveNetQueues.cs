using System.Numerics;
using System.Runtime.InteropServices;
using SeqCluster.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Decoding;

/// <summary>
/// A WaveNet that goes on sample by sample (Le Paine et al. 2016, "Fast Wavenet generation"): each layer keeps a queue of the
/// inputs that its taps will meet again, so a sample costs O(layers) instead of a pass over the receptive field. Plain C# over a
/// copy of the weights: a sample is a few hundred products of small matrices with one vector, where the calls into a tensor
/// library would cost more than the arithmetic. Equations are numbered as in <see cref="WaveNet"/> and <see cref="GatedLayer"/>.
/// </summary>
public sealed class WaveNetQueues
{
    private readonly WaveNet model;
    private readonly Layer[] layers;
    private readonly float[][] inputTables;
    private readonly float[] inputBias;
    private readonly PackedMatrix post;
    private readonly PackedMatrix head;
    private readonly int[] recent;
    private readonly float[] x;
    private readonly float[] skips;
    private readonly float[] hidden;
    private readonly float[] outputs;
    private long samples;

    /// <summary>Copies a model's weights; the sound begins after this.</summary>
    /// <param name="model">In evaluation mode its outputs are these.</param>
    /// <param name="soundClass">What the whole sound is conditioned on; null exactly when the data has no classes.</param>
    /// <exception cref="ArgumentException">A class is missing, given in vain, or unknown.</exception>
    public WaveNetQueues(WaveNet model, int? soundClass = null)
    {
        this.model = model;
        CheckClass(model.Data, soundClass);
        using var scope = NewDisposeScope();
        var isSoftmax = model.Settings.Output == "softmax";
        var width = model.Settings.Width;
        inputTables = isSoftmax ? [.. ((LevelConvolution)model.Input).Tables.Select(Floats)] : AmplitudeTaps((CausalConvolution)model.Input, width);
        inputBias = isSoftmax ? new float[width] : Floats(((CausalConvolution)model.Input).Bias);
        var classVector = soundClass is { } known ? Floats(model.ClassTable!.weight!.select(0, known)) : [];
        layers = [.. model.LayerList.Select(layer => new Layer(layer, model.Settings, model.Data, classVector))];
        post = Pointwise(model.Post);
        head = Pointwise(model.Head);
        recent = new int[inputTables.Length];
        x = new float[width];
        skips = new float[post.Columns];
        hidden = new float[post.PaddedRows];
        outputs = new float[head.PaddedRows];
    }

    /// <summary>Hears one sample and tells the outputs for the next one.</summary>
    /// <param name="level">The sample's level.</param>
    /// <param name="features">[F]: what the <em>next</em> sample is conditioned on; empty without features.</param>
    /// <returns>[P], valid until the next call.</returns>
    public ReadOnlySpan<float> Next(int level, ReadOnlySpan<float> features = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(features.Length, model.Data.FeatureChannels, nameof(features));
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, model.Data.Levels);
        ReadInput(level);
        skips.AsSpan().Clear();
        foreach (var layer in layers)
        {
            layer.Apply(samples, x, features, skips); // (2)
        }

        samples++;
        ClampBelow(skips);
        post.Apply(skips, hidden);
        ClampBelow(hidden);
        head.Apply(hidden.AsSpan(0, head.Columns), outputs); // (3)
        return outputs.AsSpan(0, head.Rows);
    }

    // (1): the newest sample meets tap 0, those before it the next ones; before the beginning there is nothing.
    private void ReadInput(int level)
    {
        Array.Copy(recent, 0, recent, 1, recent.Length - 1);
        recent[0] = level;
        inputBias.CopyTo(x, 0);
        for (var back = 0; back < Math.Min(recent.Length, samples + 1); back++)
        {
            var isTable = model.Settings.Output == "softmax";
            var row = isTable ? inputTables[back].AsSpan(recent[back] * x.Length, x.Length) : inputTables[back];
            var factor = isTable ? 1 : (float)((recent[back] * (2.0 / (model.Data.Levels - 1))) - 1);
            for (var channel = 0; channel < x.Length; channel++)
            {
                x[channel] += factor * row[channel];
            }
        }
    }

    private static void CheckClass(WaveNetData data, int? soundClass)
    {
        if (data.Classes == 0 && soundClass is not null)
        {
            throw new ArgumentException($"class {soundClass}: the model was trained without classes", nameof(soundClass));
        }

        if (data.Classes > 0 && (soundClass is null || soundClass < 0 || soundClass >= data.Classes))
        {
            throw new ArgumentException($"class {soundClass?.ToString() ?? "none"}: must be one of {data.Classes}, from 0", nameof(soundClass));
        }
    }

    // Tap k−1 of the convolution is the present.
    private static float[][] AmplitudeTaps(CausalConvolution convolution, int width)
    {
        var weight_C1K = Floats(convolution.Weight);
        var kernel = weight_C1K.Length / width;
        return [.. Enumerable.Range(0, kernel).Select(back => Enumerable.Range(0, width).Select(row => weight_C1K[(row * kernel) + kernel - 1 - back]).ToArray())];
    }

    private static PackedMatrix Pointwise(Conv1d convolution)
    {
        var (weight, bias) = (Floats(convolution.weight), Floats(convolution.bias!));
        var columns = weight.Length / bias.Length;
        return new PackedMatrix(bias.Length, columns, (row, column) => weight[(row * columns) + column], bias);
    }

    private static void ClampBelow(Span<float> values)
    {
        foreach (ref var value in values)
        {
            value = Math.Max(value, 0);
        }
    }

    private static float[] Floats(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(tensor.detach().to(ScalarType.Float32).cpu().contiguous().bytes).ToArray();
    }

    /// <summary>A gated layer and the queue of its inputs: the last (k − 1) d + 1, in a ring.</summary>
    private sealed class Layer
    {
        private readonly int width;
        private readonly int kernel;
        private readonly int dilation;
        private readonly int residualRows;
        private readonly bool isShared;
        private readonly PackedMatrix gate;
        private readonly PackedMatrix mix;
        private readonly PackedMatrix? fromFeatures;
        private readonly float[] queue;
        private readonly int places;
        private readonly float[] taps;
        private readonly float[] gates;
        private readonly float[] mixed;

        public Layer(GatedLayer layer, WaveNetSettings settings, WaveNetData data, float[] classVector)
        {
            (width, kernel, dilation) = (settings.Width, settings.Kernel, layer.Dilation);
            var (weight_HCK, bias_H) = (Floats(layer.Gate.Weight), Floats(layer.Gate.Bias));
            AddClass(bias_H, layer.ClassWeight, classVector);
            // Columns: the oldest tap's channels first, as the queue is read.
            gate = new PackedMatrix(2 * width, kernel * width, (row, column) => weight_HCK[(((row * width) + (column % width)) * kernel) + (column / width)], bias_H);
            mix = Pointwise(layer.Mix);
            isShared = settings.SkipWidth == 0;
            residualRows = isShared ? 0 : mix.Rows - settings.SkipWidth;
            if (layer.FeatureWeight is { } featureWeight)
            {
                var weight_HF = Floats(featureWeight);
                fromFeatures = new PackedMatrix(2 * width, data.FeatureChannels, (row, column) => weight_HF[(row * data.FeatureChannels) + column], []);
            }

            places = ((kernel - 1) * dilation) + 1;
            queue = new float[places * width];
            taps = new float[kernel * width];
            gates = new float[gate.PaddedRows];
            mixed = new float[mix.PaddedRows];
        }

        public void Apply(long sample, float[] x, ReadOnlySpan<float> features, float[] skips)
        {
            x.CopyTo(queue, (int)(sample % places) * width);
            for (var tap = 0; tap < kernel; tap++)
            {
                // Places that the sound has not had yet are still zero.
                var at = (int)((sample + places - ((long)(kernel - 1 - tap) * dilation)) % places);
                queue.AsSpan(at * width, width).CopyTo(taps.AsSpan(tap * width));
            }

            gate.Apply(taps, gates);
            fromFeatures?.AddTo(features, gates); // GatedLayer (4)
            Gate(gates.AsSpan(0, 2 * width)); // GatedLayer (2)
            mix.Apply(gates.AsSpan(0, width), mixed);
            Add(mixed.AsSpan(0, isShared ? width : residualRows), x);
            Add(mixed.AsSpan(residualRows, mix.Rows - residualRows), skips);
        }

        // V h of GatedLayer (3) is the same for every sample: it goes into the bias.
        private static void AddClass(float[] bias_H, Tensor? weight, float[] classVector)
        {
            if (weight is null)
            {
                return;
            }

            var weight_HG = Floats(weight);
            for (var row = 0; row < bias_H.Length; row++)
            {
                for (var column = 0; column < classVector.Length; column++)
                {
                    bias_H[row] += weight_HG[(row * classVector.Length) + column] * classVector[column];
                }
            }
        }

        // tanh(a) = 2 σ(2a) − 1.
        private static void Gate(Span<float> halves)
        {
            var half = halves.Length / 2;
            var filter = halves[..half];
            var gate = halves[half..];
            var at = 0;
            for (; at <= half - Vector<float>.Count; at += Vector<float>.Count)
            {
                var bend = (Vector<float>.One * 2 / (Vector<float>.One + Vector.Exp(new Vector<float>(filter[at..]) * -2))) - Vector<float>.One;
                var open = Vector<float>.One / (Vector<float>.One + Vector.Exp(-new Vector<float>(gate[at..])));
                (bend * open).CopyTo(filter[at..]);
            }

            for (; at < half; at++)
            {
                filter[at] = MathF.Tanh(filter[at]) / (1 + MathF.Exp(-gate[at]));
            }
        }

        private static void Add(ReadOnlySpan<float> values, Span<float> to)
        {
            for (var i = 0; i < values.Length; i++)
            {
                to[i] += values[i];
            }
        }
    }
}
