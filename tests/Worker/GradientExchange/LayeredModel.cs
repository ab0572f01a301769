using SeqCluster.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Worker.Tests.GradientExchange;

/// <summary>Linear layers, and one parameter that no loss reaches.</summary>
internal sealed class LayeredModel : TrainableModel<Data.Reading.TextBatch>
{
    private readonly Linear[] layers;
    private readonly Parameter unused = new(ones(7));

    /// <param name="widths">Of the input, and of each layer's output.</param>
    public LayeredModel(params int[] widths)
        : base("layered")
    {
        layers = [.. widths.Zip(widths.Skip(1), static (input, output) => nn.Linear(input, output))];
        for (var layer = 0; layer < layers.Length; layer++)
        {
            register_module($"layer{layer}", layers[layer]);
        }

        register_parameter("layer1_unused", unused);
        Width = widths[0];
    }

    public override int Width { get; }

    public override int Block => 1;

    public Tensor Loss(Tensor input) => layers.Aggregate(input, static (value, layer) => layer.forward(value).tanh()).sum();

    public override (Tensor Loss, long Targets) SummedLoss(Data.Reading.TextBatch batch) => throw new NotSupportedException();
}
