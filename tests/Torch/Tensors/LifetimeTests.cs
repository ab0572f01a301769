using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Tensors;

public sealed class LifetimeTests
{
    [TorchFact]
    public void Dispose_Twice_IsHarmless()
    {
        var tensor = ones(2);
        tensor.Dispose();
        tensor.Dispose();
        Assert.True(tensor.IsInvalid);
    }

    [TorchFact]
    public void Dispose_ThenUse_Throws()
    {
        var tensor = ones(2);
        tensor.Dispose();
        Assert.Throws<InvalidOperationException>(() => tensor.Handle);
        Assert.Throws<InvalidOperationException>(() => tensor.add(1));
        Assert.Throws<InvalidOperationException>(() => tensor.shape);
    }

    [TorchFact]
    public void Parameter_TakesTheDataOver()
    {
        using var scope = NewDisposeScope();
        var data = ones(2);
        var parameter = nn.Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.True(parameter.requires_grad);
        Assert.True(scope.Contains(parameter));
    }

    [TorchFact]
    public void Finalizer_FreesWhatNobodyDisposed()
    {
        const int count = 200;
        using var other = ones(1);
        var before = Tensor.TotalCount;
        Abandon(count);
        var deadline = TimeProvider.System.GetTimestamp();
        // Other tests run beside this one and make tensors of their own: most of ours must go, not exactly all.
        while (Tensor.TotalCount > before + count / 2)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(30), "finalizers did not run within 30 s");
        }
    }

    [TorchFact]
    public void TrainingStep_AThousandTimes_KeepsResidentMemoryFlat()
    {
        using var model = nn.Sequential(nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 256));
        var optimizer = optim.Adam(model.parameters());
        using var input = randn(64, 256);
        void Run(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                model.call(input).square().mean().backward();
                optimizer.step();
            }
        }
        Run(200);
        var before = ResidentMegabytes();
        Run(1000);
        // A step makes about 1.5 MB of tensors: a leak of one tensor in twenty would show.
        Assert.InRange(ResidentMegabytes() - before, -1000, 60);
        optimizer.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(int count)
    {
        for (var i = 0; i < count; i++)
            _ = ones(10);
    }

    private static long ResidentMegabytes()
    {
        var status = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(status.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024;
    }
}
