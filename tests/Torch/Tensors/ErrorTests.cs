using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Tensors;

public sealed class ErrorTests
{
    [TorchFact(NotOnTheOriginal = "its matmul does not catch LibTorch's error: the process aborts")]
    public void Matmul_OfShapesThatDoNotFit_NamesOperatorAndShapes()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => ones(2, 3).matmul(ones(4, 5)));
        Says(error, "aten::matmul", "[2, 3]", "[4, 5]");
    }

    [TorchFact]
    public void Conv1d_OfTheWrongChannels_NamesTheLayerAndItsChannels()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Conv1d(3, 4, 2);
        var error = Assert.Throws<ArgumentException>(() => layer.call(ones(1, 5, 10)));
        Assert.Contains("with 3 channels to Conv1d", error.Message, StringComparison.Ordinal);
    }

    [TorchFact]
    public void PinMemory_WithoutAGpu_Throws_AndWithOneKeepsTheValues()
    {
        using var scope = NewDisposeScope();
        var values = arange(5);
        if (cuda.is_available())
            Assert.Equal(values.data<long>().ToArray(), values.pin_memory().data<long>().ToArray());
        else
            Assert.ThrowsAny<ExternalException>(() => values.pin_memory());
    }

    [TorchFact]
    public void Embedding_OfANumberBeyondTheTable_Throws()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Embedding(10, 4);
        Says(Assert.ThrowsAny<ExternalException>(() => layer.call(tensor(new long[] { 10 }))), "aten::embedding", "[10, 4]");
    }

    [TorchFact]
    public void Cat_OfShapesThatDoNotFit_NamesEachShape()
    {
        using var scope = NewDisposeScope();
        Says(Assert.Throws<ExternalException>(() => cat([ones(2, 3), ones(2, 4)], 0)), "aten::cat", "[2, 3]", "[2, 4]");
    }

    [TorchFact]
    public void Linear_OfTheWrongType_NamesTheTypes()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(3, 4);
        Says(Assert.Throws<ExternalException>(() => layer.call(ones(2, 3, float64))), "aten::linear", "Double", "Float");
    }

    [TorchFact]
    public void CrossEntropy_OfAClassBeyondTheLogits_Throws()
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<ExternalException>(() => nn.functional.cross_entropy(ones(1, 3), tensor(new long[] { 7 })));
    }

    [TorchFact]
    public void Backward_Twice_SaysThatTheGraphIsGone()
    {
        using var scope = NewDisposeScope();
        var loss = ones(2, requires_grad: true).square().sum();
        loss.backward();
        Says(Assert.Throws<ExternalException>(loss.backward), "backward");
    }

    [TorchFact(NotOnTheOriginal = "it takes any gradient")]
    public void Grad_OfAnotherShape_IsRefused()
    {
        using var scope = NewDisposeScope();
        var tensor = ones(2, requires_grad: true);
        Says(Assert.Throws<ExternalException>(() => tensor.grad = ones(3)), "[3]", "[2]");
    }

    [TorchFact]
    public void Device_ThatIsNotHere_IsRefused()
    {
        if (cuda.is_available())
            return;
        Assert.Throws<InvalidOperationException>(() => ones(2, device: new Device("cuda")));
        Assert.Equal(0, cuda.device_count());
    }

    [TorchFact]
    public void Data_OfAnotherType_IsRefused()
    {
        using var tensor = ones(2);
        Assert.Throws<ArgumentException>(() => tensor.data<double>());
        Assert.Throws<ArgumentException>(() => tensor.item<float>());
    }

    [TorchFact]
    public void Tensor_OfTooFewElements_IsRefused() =>
        Assert.Throws<ArgumentException>(() => tensor(new float[5], [2, 3]));

    // The original hands LibTorch's words on as they are; the stand-in says more.
    private static void Says(Exception error, params string[] words) =>
        Assert.All(LibTorch.IsStandin ? words : [], word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
}
