using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Tensors;

public sealed class OperatorTests
{
    [TorchFact]
    public void Arithmetic_WithNumbersOnEitherSide_IsWhatItSays()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 4 });
        Equal([3, 4, 6], x + 2);
        Equal([1, 0, -2], 2 - x);
        Equal([-1, 0, 2], x - 2);
        Equal([3, 6, 12], 3 * x);
        Equal([2, 1, 0.5f], 2 / x);
        Equal([0.5f, 1, 2], x / 2.0);
        Equal([1, 4, 16], x.pow(2));
        Equal([-1, -2, -4], -x);
        Equal([1, 0, 1], x.remainder(3).eq(1).@float());
        Equal([0, 1, 2], x.div(2, RoundingMode.floor));
    }

    [TorchFact]
    public void InPlace_ReturnsTheSameTensor()
    {
        using var scope = NewDisposeScope();
        var x = ones(3);
        Assert.Same(x, x.add_(1));
        Assert.Same(x, x.mul_(3).sub_(1).div_(5).clamp_(0, 0.5).copy_(zeros(3)).fill_(7));
        Equal([7, 7, 7], x);
    }

    [TorchFact]
    public void Integers_StayIntegers()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(int64, (arange(4) + 1).dtype);
        Assert.Equal(float32, (arange(4) + 0.5).dtype);
        Assert.Equal(@bool, (arange(4) > 2).dtype);
    }

    [TorchFact]
    public void Indexing_WithNumbersSlicesAndTensors_IsPythons()
    {
        using var scope = NewDisposeScope();
        var x = arange(24, float32).view(2, 3, 4);
        Equal([20, 21, 22, 23], x[1, 2]);
        Equal([23], x[1, 2, 3]);
        Equal([23], x[-1, -1, -1]);
        Equal([1, 5, 9], x[TensorIndex.Single(0), TensorIndex.Colon, TensorIndex.Single(1)]);
        Equal([2, 3, 14, 15], x[TensorIndex.Ellipsis, 0, 2..]);
        Equal([0, 2], x[0, 0, TensorIndex.Slice(0, 4, 2)]);
        Equal([8, 9, 10, 11, 0, 1, 2, 3], x[TensorIndex.Single(0), TensorIndex.Tensor(tensor(new long[] { 2, 0 }))]);
        Assert.Equal([2, 1, 3, 4], x[TensorIndex.Colon, TensorIndex.None].shape);
        Equal([22, 23], x[x > 21]);
        Equal([3, 7, 11], x[0, 0..3, ^1]);
    }

    [TorchFact]
    public void IndexAssignment_WritesThroughTheView()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 3);
        x[1] = tensor(new float[] { 1, 2, 3 });
        x[0, 2] = 9f;
        x[TensorIndex.Colon, 0..1] = tensor(5f);
        Equal([5, 0, 9, 5, 2, 3], x);
        x[x > 4] = tensor(-1f);
        Equal([-1, 0, -1, -1, 2, 3], x);
    }

    [TorchFact]
    public void Reductions_AlongADimension_KeepTheOthers()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 3, 1, 2, 6, 5, 4 }, [2, 3]);
        Equal([6, 15], x.sum(1));
        Equal([9, 6, 6], x.sum([0], keepdim: false));
        Equal([2, 5], x.mean([1]));
        var (values, indexes) = x.max(1);
        Equal([3, 6], values);
        Equal([0, 0], indexes.@float());
        var (top, _) = x.topk(2, 1);
        Equal([3, 2, 6, 5], top);
        var (sorted, _) = x.sort(1);
        Equal([1, 2, 3, 4, 5, 6], sorted);
        Equal([0, 0], x.argmax(1).@float());
        Equal([3, 4, 6, 6, 11, 15], x.cumsum(1));
        Equal([6], x.amax(0, 1));
        Assert.Equal(3.5, x.mean().ToDouble(), 6);
        Assert.Equal(Math.Sqrt(91), x.norm().ToDouble(), 5);
    }

    [TorchFact]
    public void ManyResults_AreAllCarriedOver()
    {
        using var scope = NewDisposeScope();
        var x = arange(10, float32);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], x.unbind().Select(part => (int)part));
        Assert.Equal([3, 3, 3, 1], x.split(3).Select(part => part.numel()));
        Assert.Equal([4, 6], x.split([4, 6]).Select(part => part.numel()));
        Assert.Equal(4, x.chunk(4).Length);
    }

    [TorchFact]
    public void Shapes_OfViews_AreLibTorchs()
    {
        using var scope = NewDisposeScope();
        var x = arange(24).view(2, 3, 4);
        Assert.Equal([4, 3, 2], x.permute(2, 1, 0).shape);
        Assert.Equal([2, 12], x.flatten(1).shape);
        Assert.Equal([2, 3, 2, 2], x.unflatten(2, 2, 2).shape);
        Assert.Throws<ArgumentException>(() => x.unflatten(-1, 2, 2));
        Assert.Equal([1, 2, 3, 4], x.unsqueeze(0).shape);
        Assert.Equal([2, 3, 4], x.unsqueeze(0).squeeze(0).shape);
        Assert.False(x.transpose(1, 2).is_contiguous());
        Assert.Equal([12, 1, 4], x.transpose(1, 2).stride());
        Assert.Equal([5, 2, 3, 4], x.expand(5, 2, 3, 4).shape);
        Assert.Equal(3, x.size(1));
        Assert.Equal(4, x.size(-1));
        Assert.Equal([2, 2, 4], x.narrow(1, 1, 2).shape);
    }

    [TorchFact]
    public void Bytes_AreTheElementsInPlace()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 2);
        MemoryMarshal.Cast<byte, float>(x.bytes)[3] = 5;
        Equal([0, 0, 0, 5], x);
        Assert.Throws<InvalidOperationException>(() => arange(6).view(2, 3).t().bytes.Length);
        var transposed = arange(6).view(2, 3).t();
        Assert.Equal([0L, 3, 1, 4, 2, 5], transposed.data<long>().ToArray());
        Assert.Equal(4, transposed.data<long>()[1, 1]);
    }

    [TorchFact]
    public void Einsum_AndWhere_TakeStringsAndConditions()
    {
        using var scope = NewDisposeScope();
        var x = arange(6, float32).view(2, 3);
        Equal([5, 14, 14, 50], einsum("ik,jk->ij", x, x));
        Equal([0, 1, 2, -3, -4, -5], where(x > 2, -x, x));
        Equal([1, 0, 1, 1], tril(ones(2, 2)));
    }

    [TorchFact]
    public void Seed_GivesTheSameNumbers_AndStateResumesThem()
    {
        using var scope = NewDisposeScope();
        manual_seed(42);
        var first = randn(5);
        var state = get_rng_state();
        var second = rand(5);
        manual_seed(42);
        Assert.True(first.Equals(randn(5)));
        set_rng_state(state);
        Assert.True(second.Equals(rand(5)));
        using var own = new Generator(7);
        var mine = randn(4, generator: own);
        own.manual_seed(7);
        Assert.True(mine.Equals(randn(4, generator: own)));
    }

    private static void Equal(float[] expected, Tensor actual) => Assert.Equal(expected, actual.contiguous().data<float>().ToArray());
}
