using System.Runtime.InteropServices;
using System.Text.Json;
using SeqCluster.Models.Layers.Alignment;
using SeqCluster.Models.Layers.Recurrence;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Golden;

/// <summary>
/// Recurrent cells and alignment scores against their equations, written out in <c>recurrence.py</c> beside this file; and against
/// themselves: LibTorch's kernels over a sequence equal our own steps.
/// </summary>
public sealed class RecurrenceGoldenTests
{
    private const int Batch = 2, Places = 4, Input = 3, Width = 4, Source = 5, Queries = 3, SourceMaximum = 7;
    private static readonly Golden Expected =
        JsonSerializer.Deserialize<Golden>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden/recurrence.json")), JsonSerializerOptions.Web)!;

    public static TheoryData<string> Cells => [.. Expected.Cells.Select(item => item.Name)];

    public static TheoryData<string> Scores => [.. Expected.Scores.Select(item => item.Name)];

    [TorchTheory]
    [MemberData(nameof(Cells))]
    public void Run_SameWeights_HasTheSameOutputsAndGradients(string name) => CheckCell(name, static (cell, input, state) => cell.Run(input, state));

    [TorchTheory]
    [MemberData(nameof(Cells))]
    public void Step_PlaceByPlace_HasTheSameOutputsAndGradients(string name) => CheckCell(name, static (cell, input, state) =>
    {
        var outputs = new List<Tensor>();
        foreach (var place in input.unbind(1))
        {
            state = cell.Step(place, state);
            outputs.Add(state[0]);
        }

        return (stack(outputs, 1), state);
    });

    [TorchTheory]
    [MemberData(nameof(Scores))]
    public void Score_SameWeights_HasTheSameValuesAndGradients(string name)
    {
        var golden = Expected.Scores.Single(item => item.Name == name);
        using var scope = NewDisposeScope();
        using var score = AlignmentKinds.New(name, Width, SourceMaximum)!;
        var tensors = Fill(score);
        var (query, memory) = (Filled(20, Batch, Queries, Width), Filled(21, Batch, Source, Width));
        tensors.AddRange([("query", query), ("memory", memory)]);
        Check(golden, score.Score(query, score.Keys(memory)), tensors);
    }

    private static void CheckCell(string name, Func<RecurrentCell, Tensor, Tensor[], (Tensor Output, Tensor[] State)> run)
    {
        var golden = Expected.Cells.Single(item => item.Name == name);
        using var scope = NewDisposeScope();
        using var cell = CellKinds.New(name.Split(',')[0], name.EndsWith("reset before", StringComparison.Ordinal), Input, Width);
        var tensors = Fill(cell);
        var input = Filled(20, Batch, Places, Input);
        var state = Enumerable.Range(0, cell.StateTensors).Select(number => Filled(21 + number, Batch, Width)).ToArray();
        tensors.Add(("input", input));
        tensors.AddRange(state.Select((tensor, number) => ($"state {number}", tensor)));
        var (output, last) = run(cell, input, state);
        Check(golden, cat([output, .. last[1..].Select(part => part.unsqueeze(1))], 1), tensors);
    }

    private static List<(string Name, Tensor Tensor)> Fill(nn.Module module)
    {
        module.to(ScalarType.Float64);
        var tensors = module.named_parameters().OrderBy(entry => entry.name, StringComparer.Ordinal).Select(entry => (entry.name, (Tensor)entry.parameter)).ToList();
        for (var number = 0; number < tensors.Count; number++)
        {
            Values(number, tensors[number].Item2.numel()).CopyTo(MemoryMarshal.Cast<byte, double>(tensors[number].Item2.bytes));
        }

        return tensors;
    }

    private static Tensor Filled(int number, params long[] shape) =>
        tensor(Values(number, shape.Aggregate((left, right) => left * right)), shape).requires_grad_();

    // The formula of recurrence.py.
    private static double[] Values(int number, long count) =>
        [.. Enumerable.Range(0, (int)count).Select(i => (double)(float)(0.5 * Math.Sin((0.37 * i) + (1.3 * number) + 0.5)))];

    private static void Check(Case golden, Tensor output, List<(string Name, Tensor Tensor)> tensors)
    {
        var outputs = Doubles(output);
        Assert.Equal(golden.Outputs.Length, outputs.Length);
        Assert.All(golden.Outputs.Zip(outputs), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        (output.reshape(-1) * tensor(Enumerable.Range(0, outputs.Length).Select(i => Math.Cos(0.7 * i)).ToArray())).sum().backward();
        Assert.Equal(golden.Gradients.Keys.Order(StringComparer.Ordinal), tensors.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        foreach (var (name, tensor) in tensors)
        {
            // A memory that a score does not look at has no gradient.
            var gradient = tensor.grad is { } found ? Doubles(found) : new double[tensor.numel()];
            Assert.All(golden.Gradients[name].Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, 1e-11));
        }
    }

    private static double[] Doubles(Tensor tensor) => MemoryMarshal.Cast<byte, double>(tensor.detach().contiguous().bytes).ToArray();

    private sealed record Golden(Case[] Cells, Case[] Scores);

    private sealed record Case(string Name, double[] Outputs, Dictionary<string, double[]> Gradients);
}
