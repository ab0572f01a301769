using System.Runtime.Intrinsics.X86;
using SeqCluster.TorchExtras;

namespace SeqCluster.Worker.Pinning;

/// <summary>
/// What all workers of a job with <c>numerics: portable</c> are held to: x86-64-v3, which every server processor has had for ten
/// years. A fixed level, not the best that the present workers have in common: that would be another one, with other bits, when
/// other workers come. The libraries read their variables once, when they are loaded.
/// </summary>
internal static class PortableNumerics
{
    /// <summary>The level's name in the System V ABI.</summary>
    public const string Level = "x86-64-v3";

    private const string AtenKernels = "AVX2";
    private const string OpenBlasCore = "Haswell";

    /// <summary>For ATen's kernels, OpenBLAS, oneDNN and MKL. A variable of a library that is not loaded does nothing.</summary>
    public static readonly IReadOnlyDictionary<string, string> Variables = new Dictionary<string, string>
    {
        ["ATEN_CPU_CAPABILITY"] = "avx2",
        ["OPENBLAS_CORETYPE"] = OpenBlasCore,
        ["ONEDNN_MAX_CPU_ISA"] = "AVX2",
        ["DNNL_MAX_CPU_ISA"] = "AVX2",
        ["MKL_CBWR"] = "AVX2",
    };

    /// <summary>Whether this processor has the instructions.</summary>
    public static bool IsPossible => Avx2.IsSupported && Fma.IsSupported && Bmi2.IsSupported;

    /// <summary>What the libraries of this process made of the variables.</summary>
    /// <returns>null when they are held to the level; otherwise what is not.</returns>
    public static string? Fault() => FaultOf(NumericalEnvironment.Read().CpuCapability, BlasThreads.OpenBlasCore);

    internal static string? FaultOf(string kernels, string? blasCore) =>
        kernels != AtenKernels ? $"numerics: portable needs CPU kernels {AtenKernels}, and LibTorch uses {kernels} in spite of ATEN_CPU_CAPABILITY"
        : blasCore is not (null or OpenBlasCore) ? $"numerics: portable needs BLAS core {OpenBlasCore}, and OpenBLAS uses {blasCore} in spite of OPENBLAS_CORETYPE"
        : null;
}
