using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Golden;

/// <summary>What golden tests do with any model: the weights that the scripts beside this file compute, and the gradients that they found.</summary>
internal static class GoldenModel
{
    /// <summary>The formula of the scripts: a sine over the element's and the parameter's number, plus what normalizations begin from.</summary>
    /// <param name="model">In float64.</param>
    /// <param name="amplitude">Of the sine.</param>
    /// <param name="gainOf">What is added to a parameter, by its name; 0 when it is null.</param>
    public static void Fill(TrainableModel model, double amplitude, Func<string, double>? gainOf = null)
    {
        var number = 0;
        foreach (var (name, parameter) in model.OrderedParameters())
        {
            var values = MemoryMarshal.Cast<byte, double>(parameter.bytes);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)((amplitude * Math.Sin((0.37 * i) + (1.3 * number) + 0.5)) + (gainOf?.Invoke(name) ?? 0));
            }

            number++;
        }
    }

    /// <summary>Every parameter, and no other, has the gradient that is expected.</summary>
    /// <param name="expected">By name.</param>
    /// <param name="model">After its backward pass.</param>
    /// <param name="absolute">What every element may differ by,</param>
    /// <param name="relative">and how much of its own size beyond that.</param>
    public static void AssertGradients(IReadOnlyDictionary<string, double[]> expected, TrainableModel model, double absolute, double relative)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), model.OrderedParameters().Select(entry => entry.Name));
        foreach (var (name, parameter) in model.OrderedParameters())
        {
            using var gradient = parameter.grad!.contiguous();
            var actual = MemoryMarshal.Cast<byte, double>(gradient.bytes);
            Assert.Equal(expected[name].Length, actual.Length);
            for (var i = 0; i < actual.Length; i++)
            {
                var bound = absolute + (relative * Math.Abs(expected[name][i]));
                Assert.True(Math.Abs(actual[i] - expected[name][i]) <= bound, $"{name}[{i}] = {actual[i]}, expected {expected[name][i]}");
            }
        }
    }
}
