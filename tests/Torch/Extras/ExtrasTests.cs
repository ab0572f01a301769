using System.Runtime.InteropServices;
using SeqCluster.TorchExtras;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Torch.Tests.Extras;

/// <summary>Skipped, with the reason, where the native half of TorchExtras is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HooksFactAttribute : FactAttribute
{
    public HooksFactAttribute() => Skip = LibTorch.MissingBecause ?? GradientHooks.UnavailableBecause;
}

public sealed class ExtrasTests
{
    [HooksFact]
    public void Hooks_FireOnceForEachParameter_WithTheGradientInPlace_OnThisThread()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2));
        var parameters = model.parameters().ToList();
        var fired = new List<int>();
        var norms = new double[parameters.Count];
        var threads = new HashSet<int>();
        using (GradientHooks.Attach(parameters, index =>
        {
            fired.Add(index);
            threads.Add(Environment.CurrentManagedThreadId);
            norms[index] = parameters[index].grad!.norm().ToDouble();
        }))
        {
            for (var pass = 1; pass <= 3; pass++)
            {
                fired.Clear();
                model.call(randn(3, 4)).sum().backward();
                Assert.Equal([0, 1, 2, 3], fired.Order());
                Assert.Equal(norms, parameters.Select(parameter => parameter.grad!.norm().ToDouble()));
            }
        }
        Assert.Equal([Environment.CurrentManagedThreadId], threads);
        fired.Clear();
        model.call(randn(3, 4)).sum().backward();
        Assert.Empty(fired);
    }

    [HooksFact]
    public void Hook_ThatThrows_StopsBackward_AndTheExceptionIsKept()
    {
        using var scope = NewDisposeScope();
        var parameter = nn.Parameter(ones(2));
        using var hooks = GradientHooks.Attach([parameter], _ => throw new TimeoutException("the peer is gone"));
        Assert.Throws<ExternalException>(() => parameter.sum().backward());
        Assert.Equal("the peer is gone", Assert.Throws<TimeoutException>(hooks.ThrowIfFailed).Message);
        hooks.ThrowIfFailed();
    }

    [HooksFact]
    public void Hook_OnWhatGetsNoGradient_IsRefused()
    {
        using var frozen = nn.Parameter(ones(2), requires_grad: false);
        Assert.Throws<ArgumentException>(() => GradientHooks.Attach([frozen], _ => { }));
    }

    [TorchFact]
    public void Environment_NamesWhatDecidesTheBits()
    {
        var environment = NumericalEnvironment.Read();
        Assert.NotEmpty(environment.LibTorchVersion);
        Assert.Equal(1, environment.TorchThreads);
        // None: LibTorch carries its own, and then nobody says how many threads it has.
        Assert.Equal(environment.Blas == BlasKind.None, environment.BlasThreads is null);
        Assert.NotEmpty(environment.CpuCapability);
        Assert.Empty(NumericalEnvironment.Problems());
        Assert.Equal(environment, NumericalEnvironment.Read());
    }

    [TorchFact]
    public void BlasThreads_WhenSet_AreRead()
    {
        if (!BlasThreads.TrySet(2))
            return;
        Assert.Equal(2, BlasThreads.Get());
        BlasThreads.TrySet(1);
        Assert.Equal(1, BlasThreads.Get());
    }

    /// <summary>Not set here: it would hold for all tests of this process, and make LibTorch refuse operators of theirs.</summary>
    [TorchFact]
    public void DeterministicCuda_ThisLibTorch_ExportsAllThatItSets()
    {
        Assert.NotEmpty(__version__);
        Assert.Null(DeterministicCuda.UnavailableBecause());
    }

    [TorchFact]
    public void CudaDevice_NoneThere_IsUnknown()
    {
        var device = CudaDevice.Read(int.MaxValue);
        Assert.Equal("unknown", device.Model);
        Assert.True(cuda.is_available() || device is { CuBlas: "unknown", CuDnn: "unknown" });
    }

    [Fact]
    public void Malloc_TakesTheSettings() => Assert.Equal(OperatingSystem.IsLinux(), Malloc.KeepFreedMemory());

    [Theory]
    [InlineData("/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3", BlasKind.OpenBlas)]
    [InlineData("/usr/lib/x86_64-linux-gnu/libopenblas.so.0", BlasKind.OpenBlas)]
    [InlineData("/opt/intel/libmkl_core.so.2", BlasKind.Mkl)]
    [InlineData("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", BlasKind.Reference)]
    [InlineData("/usr/lib/x86_64-linux-gnu/libm.so.6", BlasKind.None)]
    public void LoadedBlas_IsToldByItsPath(string path, BlasKind expected)
    {
        var blas = LoadedBlas.Classify([$"7f00-7f01 r-xp 00000000 08:01 42   {path}", "7ffe-7fff rw-p 00000000 00:00 0   [stack]"]);
        Assert.Equal(expected, blas.Kind);
        Assert.Equal(expected == BlasKind.Reference, blas.Problem?.Contains("apt-get install libopenblas0-pthread", StringComparison.Ordinal) ?? false);
    }
}
