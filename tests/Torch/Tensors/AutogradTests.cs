using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Tensors;

public sealed class AutogradTests
{
    [TorchFact]
    public void NoGrad_OnOneThread_LeavesAnotherAlone()
    {
        var elsewhere = false;
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            var thread = new Thread(() => elsewhere = is_grad_enabled());
            thread.Start();
            thread.Join();
            using (enable_grad())
                Assert.True(is_grad_enabled());
            Assert.False(is_grad_enabled());
        }
        Assert.True(is_grad_enabled());
        Assert.True(elsewhere);
    }

    [TorchFact]
    public void InferenceMode_RecordsNothing()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            Assert.False((x * 2).requires_grad);
        }
        Assert.True((x * 2).requires_grad);
    }

    [TorchFact]
    public void Gradients_AreTheDerivatives()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3 }).requires_grad_();
        var kept = x * 2;
        kept.retain_grad();
        kept.square().sum().backward();
        Assert.Equal([8, 16, 24], x.grad!.data<float>().ToArray());
        Assert.Equal([4, 8, 12], kept.grad!.data<float>().ToArray());
        Assert.True(x.is_leaf);
        Assert.False(kept.is_leaf);
        Assert.False(kept.detach().requires_grad);
    }

    [TorchFact]
    public void Grad_AssignedAView_IsAddedIntoInPlace()
    {
        using var scope = NewDisposeScope();
        var bucket = zeros(4);
        var x = ones(2, requires_grad: true);
        x.grad = bucket.narrow(0, 2, 2);
        (x * 3).sum().backward();
        Assert.Equal([0, 0, 3, 3], bucket.data<float>().ToArray());
    }

    [TorchFact]
    public void AutogradGrad_GivesTheSecondDerivative()
    {
        using var scope = NewDisposeScope();
        var x = tensor(3.0).requires_grad_();
        var first = autograd.grad([x.pow(3)], [x], create_graph: true)[0];
        var second = autograd.grad([first], [x])[0];
        Assert.Equal(27, first.ToDouble(), 9);
        Assert.Equal(18, second.ToDouble(), 9);
        Assert.Null(x.grad);
    }
}
