using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Modules;

public sealed class LayerTests
{
    private sealed class Holder : nn.Module
    {
        internal Holder(nn.Module first, nn.Module second) : base(nameof(Holder))
        {
            register_module("0", first);
            register_module("1", second);
        }
    }

    [TorchFact]
    public void Activations_AreTheirOperators()
    {
        using var scope = NewDisposeScope();
        var x = randn(3, 4);
        Assert.True(nn.GELU().call(x).Equals(x.gelu()));
        Assert.True(nn.SiLU().call(x).Equals(x * x.sigmoid()) || nn.SiLU().call(x).allclose(x * x.sigmoid()));
        Assert.True(nn.Sigmoid().call(x).Equals(x.sigmoid()));
        Assert.True(nn.Softmax(1).call(x).sum(1).allclose(ones(3)));
        Assert.True(nn.LogSoftmax(1).call(x).exp().allclose(x.softmax(1)));
        Assert.Equal([3, 4], nn.Flatten().call(x.view(3, 2, 2)).shape);
        Assert.Equal([1, 1, 2], nn.MaxPool1d(2).call(x.view(1, 3, 4)[TensorIndex.Colon, 0..1]).shape);
        Assert.Equal([1, 1, 2], nn.MaxPool2d(2).call(x.view(1, 3, 4)[TensorIndex.Colon, 0..2]).shape);
        Assert.Equal([2, 5], nn.functional.one_hot(tensor(new long[] { 1, 4 }), 5).shape);
    }

    [TorchFact]
    public void Losses_AsModules_AreTheFunctions()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (randn(3, 4), randn(3, 4));
        var classes = tensor(new long[] { 0, 3, 1 });
        Assert.True(nn.MSELoss().call(x, y).allclose((x - y).square().mean()));
        Assert.True(nn.L1Loss(nn.Reduction.Sum).call(x, y).allclose((x - y).abs().sum()));
        Assert.True(nn.functional.smooth_l1_loss(x, x + 3).allclose(tensor(2.5f)));
        Assert.True(nn.NLLLoss().call(x.log_softmax(1), classes).allclose(nn.CrossEntropyLoss().call(x, classes)));
        Assert.True(nn.functional.binary_cross_entropy_with_logits(x, ones(3, 4)).allclose(-x.log_sigmoid().mean()));
    }

    [TorchFact]
    public void Initialisers_HaveTheSpreadTheySay()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var weight = empty(200, 300);
        Assert.Equal(Math.Sqrt(2.0 / 500), nn.init.xavier_uniform_(weight).std().ToDouble(), 3);
        Assert.Equal(Math.Sqrt(2.0 / 500), nn.init.xavier_normal_(weight).std().ToDouble(), 3);
        Assert.Equal(Math.Sqrt(2.0 / 300), nn.init.kaiming_normal_(weight, mode: nn.init.FanInOut.FanIn, nonlinearity: nn.init.NonlinearityType.ReLU).std().ToDouble(), 3);
        Assert.Equal(Math.Sqrt(2.0 / 300), nn.init.kaiming_uniform_(weight).std().ToDouble(), 3);
        Assert.True(nn.init.orthogonal_(weight).matmul(weight.t()).allclose(eye(200), 1e-4, 1e-4));
        Assert.Equal(2, nn.init.constant_(weight, 2).mean().ToSingle());
        Assert.Equal(1, nn.init.ones_(weight).mean().ToSingle());
        Assert.Equal(0, nn.init.zeros_(weight).mean().ToSingle());
        Assert.Equal(5, nn.init.normal_(weight, 5, 0.1).mean().ToDouble(), 2);
        Assert.Equal(0.5, nn.init.uniform_(weight).mean().ToDouble(), 2);
        Assert.Equal((6, 8), nn.init.CalculateFanInAndFanOut(empty(4, 3, 2)));
        Assert.Equal(5.0 / 3, nn.init.calculate_gain(nn.init.NonlinearityType.Tanh));
    }

    [TorchFact]
    public void Containers_RegisterWhatTheyHold()
    {
        using var named = nn.ModuleDict<Linear>(("first", nn.Linear(2, 2)), ("second", nn.Linear(2, 2)));
        using var sequence = nn.Sequential().append("a", nn.Linear(2, 3)).append(nn.Tanh());
        using var holder = new Holder(sequence, named);
        Assert.True(named.ContainsKey("second"));
        Assert.Equal(["0.a.weight", "0.a.bias", "1.first.weight", "1.first.bias", "1.second.weight", "1.second.bias"],
            holder.named_parameters().Select(item => item.name));
        var visited = new List<string>();
        holder.apply(module => visited.Add(module.GetType().Name));
        Assert.Equal(["Linear", "Tanh", "Sequential", "Linear", "Linear", "ModuleDict`1", "Holder"], visited);
        Assert.Equal(2, holder.children().Count());
        Assert.Equal(2, sequence.children().Count());
        Assert.Equal(6, holder.modules().Count());
        using var list = nn.ModuleList<Linear>();
        list.append(nn.Linear(1, 1), nn.Linear(1, 1));
        Assert.Equal(2, list.Count);
    }

    [TorchFact]
    public void Embedding_FromPretrained_IsFrozenUnlessAsked()
    {
        using var scope = NewDisposeScope();
        var table = randn(4, 2);
        using var frozen = nn.Embedding_from_pretrained(table);
        Assert.False(frozen.weight!.requires_grad);
        Assert.True(frozen.call(tensor(new long[] { 2 }))[0].Equals(table[2]));
        using var padded = nn.Embedding(4, 2, padding_idx: 1);
        Assert.Equal(0, padded.weight![1].abs().sum().ToSingle());
    }

    [TorchFact(NotOnTheOriginal = "it has sparse gradients")]
    public void Embedding_WithSparseGradients_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => nn.Embedding(4, 2, sparse: true));

    [TorchFact]
    public void BatchNorm2d_NormalisesEachChannel()
    {
        using var scope = NewDisposeScope();
        using var norm = nn.BatchNorm2d(3);
        var output = norm.call(randn(4, 3, 5, 5) * 2 + 1);
        Assert.True(output.mean([0, 2, 3]).allclose(zeros(3), atol: 1e-5));
        Assert.Equal([3], norm.running_var!.shape);
    }

    [TorchFact]
    public void FlattenParameters_OfRecurrentLayers_ChangesNoResult()
    {
        using var scope = NewDisposeScope();
        var device = new Device(cuda.is_available() ? "cuda:0" : "cpu");
        var x_BTI = arange(24).to(ScalarType.Float32).view(2, 3, 4).to(device);
        using var lstm = nn.LSTM(4, 5, 1, true, true);
        using var gru = nn.GRU(4, 5, 1, true, true);
        using var rnn = nn.RNN(4, 5, 1, nn.NonLinearities.Tanh, true, true);
        lstm.to(device);
        gru.to(device);
        rnn.to(device);
        Tensor[] Outputs() => [lstm.call(x_BTI).Item1.cpu(), gru.call(x_BTI).Item1.cpu(), rnn.call(x_BTI, zeros([1, 2, 5]).to(device)).Item1.cpu()];
        var before = Outputs();
        lstm.flatten_parameters();
        gru.flatten_parameters();
        rnn.flatten_parameters();
        foreach (var (expected, output) in before.Zip(Outputs()))
            Assert.Equal(expected.data<float>().ToArray(), output.data<float>().ToArray());
        Assert.Equal([20L, 4], lstm.get_parameter("weight_ih_l0")!.shape);
    }
}
