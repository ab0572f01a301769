using SeqCluster.Contracts.Jobs;
using SeqCluster.TorchExtras;
using SeqCluster.Worker.Pinning;

namespace SeqCluster.Worker.Tests.Pinning;

public sealed class PinningTests
{
    private static readonly NumericalEnvironment Environment = new(
        "1.13.1", BlasKind.OpenBlas, "OpenBLAS 0.3.21 DYNAMIC_ARCH Zen MAX_THREADS=64, Zen", 1, 1, 1, "AVX512", HasGradientHooks: true);

    [Fact]
    public void Of_OpenBlas_TheProcessorIsInTheNativeFingerprintOnly() => Assert.Equal(
        new Fingerprints(
            "LibTorch: 1.13.1; BLAS: OpenBlas OpenBLAS 0.3.21 DYNAMIC_ARCH MAX_THREADS=64; BLAS core: Zen; CPU kernels: AVX512",
            "LibTorch: 1.13.1; BLAS: OpenBlas OpenBLAS 0.3.21 DYNAMIC_ARCH MAX_THREADS=64; CPU: x86-64-v3"),
        Fingerprints.Of(Environment, "Zen", cuda: null, isPortable: true));

    [Fact]
    public void Of_AnOldProcessorWithAGpu_IsNotPortableAndNamesTheGpu()
    {
        var prints = Fingerprints.Of(Environment, "Zen", new CudaDevice("H100", "130100", "91300"), isPortable: false);
        Assert.EndsWith("; GPU: H100; cuBLAS: 130100; cuDNN: 91300", prints.Native, StringComparison.Ordinal);
        Assert.Equal("", prints.Portable);
    }

    [Theory]
    [InlineData("cuda:0", 0)]
    [InlineData("cuda:12", 12)]
    [InlineData("cuda:-1", null)]
    [InlineData("cuda: 1", null)]
    [InlineData("cuda", null)]
    [InlineData("cpu", null)]
    public void IndexOf_ADevice_TellsItsNumberOrNone(string device, int? index) => Assert.Equal(index, CudaDevice.IndexOf(device));

    [Theory]
    [InlineData("AVX2", "Haswell", null)]
    [InlineData("AVX2", null, null)]
    [InlineData("AVX512", "Haswell", "CPU kernels AVX2, and LibTorch uses AVX512")]
    [InlineData("AVX2", "Zen", "BLAS core Haswell, and OpenBLAS uses Zen")]
    public void FaultOf_WhatTheLibrariesMadeOfTheVariables_NamesTheOneThatDidNotFollow(string kernels, string? core, string? fault)
    {
        var told = PortableNumerics.FaultOf(kernels, core);
        Assert.Equal(fault is null, told is null);
        Assert.Contains(fault ?? "", told ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Succession_ThereAndBack_TheLibrariesVariablesAreAsTheyWere()
    {
        var first = Succession.First("i", 7, new Fingerprints("n", "p")) with
        {
            Native = PortableNumerics.Variables.Keys.ToDictionary(name => name, name => name == "MKL_CBWR" ? "SSE2" : null),
        };
        var portable = (first with { Numerics = Numerics.Portable }).Environments();
        Assert.Equal("avx2", portable["ATEN_CPU_CAPABILITY"]);
        Assert.Equal("AVX2", portable["MKL_CBWR"]);
        var back = first.Environments();
        Assert.Equal((null, "SSE2"), (back["ATEN_CPU_CAPABILITY"], back["MKL_CBWR"]));
        Assert.NotEqual(portable["SEQCLUSTER_SUCCESSION"], back["SEQCLUSTER_SUCCESSION"]);
    }

    [Theory]
    [InlineData(Numerics.Native, Numerics.Native, true)]
    [InlineData(Numerics.Native, Numerics.Portable, false)]
    [InlineData(Numerics.Portable, Numerics.Native, false)]
    [InlineData(Numerics.Portable, Numerics.Any, true)]
    public void Suits_TheJobsNumerics_TellsWhetherToBeginAnew(string own, string wanted, bool suits)
    {
        var succession = Succession.First("i", 7, new Fingerprints("n", "p")) with { Numerics = own };
        Assert.Equal(suits, succession.Suits(new JobSpec
        {
            Model = new ModelSpec { Kind = "transformer-lm" }, Data = new DataSpec(), Train = new TrainSpec { Steps = 1 }, Numerics = wanted,
        }));
    }
}
