using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Tensors;

public sealed class DisposeScopeTests
{
    [TorchFact]
    public void Scope_AtItsEnd_DisposesWhatWasMadeInIt()
    {
        using var before = ones(2);
        Tensor inside;
        using (var scope = NewDisposeScope())
        {
            inside = before + 1;
            Assert.Equal(1, scope.DisposablesCount);
            Assert.True(scope.Contains(inside));
        }
        Assert.True(inside.IsInvalid);
        Assert.False(before.IsInvalid);
    }

    [TorchFact]
    public void Scope_MoveToOuter_KeepsTheTensorUntilTheOuterEnds()
    {
        Tensor moved;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
                moved = ones(2).MoveToOuterDisposeScope();
            Assert.False(moved.IsInvalid);
            Assert.True(outer.Contains(moved));
        }
        Assert.True(moved.IsInvalid);
    }

    [TorchFact]
    public void Scope_Detach_OutlivesAllScopes()
    {
        Tensor kept;
        using (NewDisposeScope())
            kept = ones(2).DetachFromDisposeScope();
        Assert.Equal(2, kept.sum().ToSingle());
        kept.Dispose();
    }

    [TorchFact]
    public void Scope_DisposeEverythingBut_KeepsExactlyThose()
    {
        using var scope = NewDisposeScope();
        var (first, second, third) = (ones(1), ones(1), ones(1));
        scope.DisposeEverythingBut(second);
        Assert.True(first.IsInvalid);
        Assert.False(second.IsInvalid);
        Assert.True(third.IsInvalid);
        Assert.Equal(1, scope.DisposablesCount);
    }

    [TorchFact]
    public void Scope_DisposedInTheMiddle_ForgetsOneAndKeepsTheRest()
    {
        using var scope = NewDisposeScope();
        var tensors = Enumerable.Range(0, 5).Select(_ => ones(1)).ToArray();
        tensors[1].Dispose();
        tensors[3].Dispose();
        Assert.Equal(3, scope.DisposablesCount);
        Assert.All(new[] { 0, 2, 4 }, i => Assert.True(scope.Contains(tensors[i])));
    }

    [TorchFact]
    public void Scope_EndedBeforeItsInner_LeavesTheInnerWorking()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        var tensor = ones(1);
        outer.Dispose();
        Assert.False(tensor.IsInvalid);
        Assert.Same(inner, CurrentDisposeScope);
        inner.Dispose();
        Assert.True(tensor.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }

    [TorchFact]
    public void Scope_OfAnotherThread_IsNotUsed()
    {
        using var scope = NewDisposeScope();
        Tensor? elsewhere = null;
        var thread = new Thread(() => elsewhere = ones(1));
        thread.Start();
        thread.Join();
        Assert.Equal(0, scope.DisposablesCount);
        elsewhere!.Dispose();
    }

    [TorchFact]
    public void Scope_AfterItsEnd_RefusesUse()
    {
        var scope = NewDisposeScope();
        scope.Dispose();
        scope.Dispose();
        Assert.Throws<ObjectDisposedException>(() => scope.DisposablesCount);
    }

    [TorchFact]
    public void WrappedScope_KeepsOnlyTheResult()
    {
        using var scope = NewDisposeScope();
        var result = WrappedTensorDisposeScope(() => (ones(3) + 1).mul(2).sum());
        Assert.Equal(1, scope.DisposablesCount);
        Assert.Equal(12, result.ToSingle());
    }

    [TorchFact]
    public void Statistics_AfterAScope_CountNothingAlive()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
            _ = ones(3) + ones(3);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
