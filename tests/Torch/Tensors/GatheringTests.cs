using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Tensors;

public sealed class GatheringTests
{
    [TorchFact]
    public void GatherAndScatter_AreInverse()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 10, 20, 30 });
        var order = tensor(new long[] { 2, 0, 1 });
        Equal([30, 10, 20], x.gather(0, order), x.index_select(0, order), x.take(order));
        Equal([20, 30, 10], zeros(3).scatter(0, order, x), zeros(3).scatter_(0, order, x), zeros(3).scatter_add(0, order, x),
            zeros(3).scatter_add_(0, order, x), zeros(3).index_add(0, order, x, 1), zeros(3).index_add_(0, order, x, 1),
            zeros(3).index_copy_(0, order, x));
        Equal([20, 30], x.masked_select(x > 10));
        Equal([1, 2], (x > 10).nonzero().flatten().@float());
        Equal([10, 20, 5], x.clone().index_put_(tensor(5f), TensorIndex.Single(2)));
    }

    [TorchFact]
    public void Rearrangements_MoveElementsAsTheySay()
    {
        using var scope = NewDisposeScope();
        var x = arange(4, float32);
        Equal([3, 2, 1, 0], x.flip(0));
        Equal([3, 0, 1, 2], x.roll(1));
        Equal([0, 0, 1, 1, 2, 2, 3, 3], x.repeat_interleave(2));
        Equal([0, 1, 2, 3, 0, 1, 2, 3], x.repeat(2), cat([x, x]), concat([x, x]), x.expand(2, 4).flatten(), x.broadcast_to(2, 4).flatten(),
            x.expand_as(zeros(2, 4)).flatten());
        Equal([0, 2, 1, 3], x.view(2, 2).mT.flatten(), x.view(2, 2).T.flatten(), x.view(2, 2).movedim([0], [1]).flatten(),
            x.as_strided([2, 2], [1, 2]).flatten());
        Equal([0, 1, 1, 2, 2, 3], x.unfold(0, 2, 1).flatten());
        Equal([1, 0, 0, 1], eye(2).flatten());
        Equal([0, 3], x.view(2, 2).diagonal());
        Assert.Equal(2, x[2..].storage_offset());
        var (distinct, inverse, counts) = tensor(new long[] { 5, 3, 5 }).unique(return_inverse: true, return_counts: true);
        Assert.Equal([3L, 5], distinct.data<long>().ToArray());
        Assert.Equal([1L, 0, 1], inverse!.data<long>().ToArray());
        Assert.Equal([1L, 2], counts!.data<long>().ToArray());
        Assert.Equal([0L, 1, 2], tensor(new long[] { 2, 1, 2 }).bincount(null).data<long>().ToArray());
        Assert.Equal([2L, 0, 1], tensor(new float[] { 2, 3, 1 }).argsort().data<long>().ToArray());
    }

    [TorchFact]
    public void Factories_GiveShapeTypeAndValues()
    {
        using var scope = NewDisposeScope();
        Equal([0, 0.5f, 1], linspace(0, 1, 3));
        Equal([1, 2, 3, 4], from_array(new float[,] { { 1, 2 }, { 3, 4 } }).flatten());
        Assert.Equal([2, 2], from_array(new long[2, 2]).shape);
        Assert.Equal(int64, randperm(5).dtype);
        Assert.Equal(10, randperm(5).sum().ToInt64());
        Assert.InRange(randint(3, 5, [100]).min().ToInt64(), 3, 4);
        Assert.Equal([2, 3], empty_like(zeros(2, 3)).shape);
        Assert.Equal(float64, zeros(2, 3).new_zeros([4], float64).dtype);
        Assert.Equal(4, zeros(1).new_ones(4).sum().ToSingle());
        Assert.Equal([3, 2], meshgrid([arange(3), arange(2)])[1].shape);
        Assert.Equal([int8, uint8, int16, int32, float16, bfloat16, @bool],
            new[] { int8, uint8, int16, int32, float16, bfloat16, @bool }.Select(type => zeros(1, type).dtype));
        Assert.True(is_integral(int16) && !is_integral(float16) && is_floating_point(bfloat16));
        Assert.Equal(1, full_like(zeros(1), 1).ToScalar().ToInt32());
        Assert.True(tensor(true).ToBoolean());
    }

    [TorchFact]
    public void Draws_FollowTheirDistributions()
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        Assert.Equal(0.3, empty(20_000).bernoulli_(0.3).mean().ToDouble(), 0.03);
        Assert.Equal(0.7, full(20_000, 0.7).bernoulli().mean().ToDouble(), 0.03);
        Assert.Equal(0.5, empty(20_000).exponential_(2).mean().ToDouble(), 0.03);
        Assert.Equal(3, empty(20_000).normal_(3, 0.5).mean().ToDouble(), 0.03);
        Assert.Equal(1.5, empty(20_000).uniform_(1, 2).mean().ToDouble(), 0.03);
        Assert.Equal(0, zeros(10).randn_like().rand_like().floor().sum().ToDouble());
        Assert.Equal([1L, 1, 1], tensor(new float[] { 0, 1 }).multinomial(3, replacement: true).data<long>().ToArray());
    }

    private static void Equal(float[] expected, params Tensor[] actual) =>
        Assert.All(actual, tensor => Assert.Equal(expected, tensor.contiguous().data<float>().ToArray()));
}
