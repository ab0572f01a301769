using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Modules;

public sealed class ModuleTests
{
    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly Linear inner = nn.Linear(4, 4);
        private readonly ModuleList<Linear> list = nn.ModuleList(nn.Linear(4, 4, hasBias: false), nn.Linear(4, 4));
        private readonly Parameter scale = nn.Parameter(ones(4));
        [ComponentName(Name = "running")] private readonly Tensor counter = zeros(1);

        internal Block() : base(nameof(Block)) => RegisterComponents();

        public override Tensor forward(Tensor input) => list[1].call(list[0].call(inner.call(input))) * scale + counter;
    }

    [TorchFact]
    public void Components_AreRegistered_InTheOrderOfTheirFields()
    {
        using var block = new Block();
        Assert.Equal(["scale", "inner.weight", "inner.bias", "list.0.weight", "list.1.weight", "list.1.bias"],
            block.named_parameters().Select(item => item.name));
        Assert.Equal(["running"], block.named_buffers().Select(item => item.name));
        Assert.Equal(["inner", "list", "list.0", "list.1"], block.named_modules().Select(item => item.name));
        Assert.Equal(7, block.state_dict().Count);
    }

    [TorchFact]
    public void StateDict_LoadedIntoAnother_MakesThemAgree()
    {
        using var scope = NewDisposeScope();
        using var one = new Block();
        using var other = new Block();
        var input = randn(2, 4);
        Assert.False(one.call(input).Equals(other.call(input)));
        other.load_state_dict(one.state_dict());
        Assert.True(one.call(input).Equals(other.call(input)));
        Assert.Throws<InvalidOperationException>(() => one.load_state_dict(new() { ["unknown"] = ones(1) }));
    }

    [TorchFact]
    public void Eval_ReachesEveryLayer_AndStopsDropout()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Sequential(nn.Dropout(0.5), nn.Identity());
        var input = ones(1000);
        Assert.NotEqual(1000, model.call(input).count_nonzero().ToInt32());
        model.eval();
        Assert.False(model.training);
        Assert.True(input.Equals(model.call(input)));
    }

    [TorchFact]
    public void To_AnotherType_ReplacesFieldsAndRegistry_AndKeepsIntegers()
    {
        using var scope = NewDisposeScope();
        using var block = new Block().to(float64);
        Assert.All(block.parameters(), parameter => Assert.Equal(float64, parameter.dtype));
        Assert.Equal(float64, block.call(randn(2, 4, float64)).dtype);
        using var norm = nn.BatchNorm1d(3).to(float64);
        Assert.Equal(int64, norm.get_buffer("num_batches_tracked")!.dtype);
        Assert.Equal(float64, norm.get_buffer("running_mean")!.dtype);
    }

    [TorchFact]
    public void Buffer_Registered_IsSavedWithTheModule_AndNotTrained()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(2, 2);
        layer.register_buffer("mask", ones(2, 2).tril());
        Assert.Equal([2, 2], Assert.Single(layer.buffers()).shape);
        Assert.Equal(["weight", "bias"], layer.named_parameters().Select(item => item.name));
        Assert.Contains("mask", layer.state_dict().Keys);
    }

    [TorchFact]
    public void WeightAndBias_OfLayers_AreWhatTheOptimizerTrains()
    {
        using var scope = NewDisposeScope();
        var (linear, convolution, norm) = (nn.Linear(2, 2), nn.Conv1d(2, 2, 1), nn.LayerNorm(2));
        Assert.Equal([linear.weight, linear.bias], linear.parameters());
        Assert.Equal([convolution.weight, convolution.bias], convolution.parameters());
        Assert.Equal([norm.weight, norm.bias], norm.parameters());

        // Two layers of one weight: it is trained once.
        using var tied = nn.Linear(2, 2);
        tied.weight = linear.weight;
        Assert.Same(linear.weight, tied.parameters().First());
        Assert.Null(nn.Linear(2, 2, hasBias: false).bias);
    }

    [TorchFact]
    public void ZeroGrad_SetsNoneOrZero()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(2, 1);
        layer.call(ones(1, 2)).sum().backward();
        layer.zero_grad(set_to_none: false);
        Assert.Equal(0, layer.weight.grad!.abs().sum().ToSingle());
        layer.zero_grad();
        Assert.Null(layer.weight.grad);
    }

    [TorchFact]
    public void BatchNorm_InTraining_TracksTheBatches_AndUsesThemAfterwards()
    {
        using var scope = NewDisposeScope();
        using var norm = nn.BatchNorm1d(2);
        var output = norm.call(randn(100, 2) * 3 + 5);
        Assert.Equal(0, output.mean().ToDouble(), 5);
        Assert.Equal(1, norm.get_buffer("num_batches_tracked")!.ToInt64());
        Assert.Equal(0.5, norm.running_mean!.mean().ToDouble(), 0.2);
        norm.eval();
        norm.call(ones(100, 2));
        Assert.Equal(1, norm.get_buffer("num_batches_tracked")!.ToInt64());
        Assert.Throws<ArgumentException>(() => norm.call(ones(2)));
    }

    [TorchFact]
    public void Dispose_DisposesParametersBelow()
    {
        var block = new Block();
        var parameters = block.parameters().ToList();
        block.Dispose();
        Assert.All(parameters, parameter => Assert.True(parameter.IsInvalid));
    }

    [TorchFact]
    public void DuplicateName_IsRefused()
    {
        using var layer = nn.Linear(2, 2);
        Assert.Throws<InvalidOperationException>(() => layer.register_parameter("weight", nn.Parameter(ones(1))));
        Assert.Throws<ArgumentException>(() => layer.register_module("a.b", nn.Identity()));
    }

    [TorchFact]
    public void Recurrent_LayersAndCells_AgreeOnASequence()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var layer = nn.LSTM(3, 5);
        using var cell = nn.LSTMCell(3, 5);
        foreach (var (name, parameter) in cell.named_parameters())
            using (no_grad())
                parameter.copy_(layer.get_parameter(name + "_l0")!);
        var input = randn(4, 2, 3);
        var (output, _, last) = layer.call(input);
        var state = (zeros(2, 5), zeros(2, 5));
        for (var t = 0; t < 4; t++)
            state = cell.call(input[t], state);
        Assert.True(output[3].allclose(state.Item1, 1e-5, 1e-6));
        Assert.True(last[0].allclose(state.Item2, 1e-5, 1e-6));
        using var gru = nn.GRU(3, 5, numLayers: 2, bidirectional: true, batchFirst: true);
        Assert.Equal([2, 4, 10], gru.call(randn(2, 4, 3)).Item1.shape);
        using var rnn = nn.RNN(3, 5);
        Assert.Equal([4, 2, 5], rnn.call(input).Item1.shape);
    }

    [TorchFact]
    public void Convolutions_HaveTheShapesTheyShould()
    {
        using var scope = NewDisposeScope();
        using var dilated = nn.Conv1d(4, 6, 3, padding: 4, dilation: 4, groups: 2);
        Assert.Equal([6, 2, 3], dilated.weight.shape);
        Assert.Equal([1, 6, 20], dilated.call(randn(1, 4, 20)).shape);
        using var planar = nn.Conv2d(1, 4, (5, 5), stride: (2, 2));
        Assert.Equal([1, 4, 12, 12], planar.call(randn(1, 1, 28, 28)).shape);
        using var transposed = nn.ConvTranspose1d(4, 2, 4, stride: 2, padding: 1);
        Assert.Equal([1, 2, 20], transposed.call(randn(1, 4, 10)).shape);
        Assert.Equal([1, 2, 5], nn.functional.pad(randn(1, 2, 3), (2, 0)).shape);
    }
}
