using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;

namespace SeqCluster.Client.Versions;

/// <summary>
/// The numerical libraries that a worker on this machine would load, told from files alone: the client needs neither of
/// them and must not pay for loading them.
/// </summary>
/// <param name="LibTorchVersion">LibTorch's version, from the file's name; null when there is none.</param>
/// <param name="LibTorchFile">The file that would be loaded, or null.</param>
/// <param name="Blas">Which BLAS LibTorch would call.</param>
/// <param name="BlasFile">The file that would be loaded, or null.</param>
/// <param name="CpuCapability">
/// The widest instruction set that LibTorch may choose here (<c>AVX512</c>, <c>AVX2</c> or <c>DEFAULT</c>), or what
/// <c>ATEN_CPU_CAPABILITY</c> sets it to.
/// </param>
/// <param name="Processors">Logical processors that this process may use.</param>
public sealed partial record NumericalLibraries(
    string? LibTorchVersion, string? LibTorchFile, BlasKind Blas, string? BlasFile, string CpuCapability, int Processors)
{
    /// <summary>Finds the libraries by the names under which LibTorch and its users ask for them.</summary>
    public static NumericalLibraries Find(DynamicLinker linker)
    {
        var torch = linker.Resolve("libtorch_cpu.so");
        var blas = linker.Resolve("libblas.so.3");
        return new NumericalLibraries(
            torch is null ? null : VersionOf(torch),
            torch,
            Classify(blas),
            blas,
            Environment.GetEnvironmentVariable("ATEN_CPU_CAPABILITY")?.ToUpperInvariant() ?? WidestCapability(),
            Environment.ProcessorCount);
    }

    /// <summary>Tells an implementation by its path: distributions put each into a folder or a file of its own name.</summary>
    public static BlasKind Classify(string? blasFile) => blasFile switch
    {
        null => BlasKind.None,
        _ when blasFile.Contains("openblas", StringComparison.OrdinalIgnoreCase) => BlasKind.OpenBlas,
        _ when blasFile.Contains("mkl", StringComparison.OrdinalIgnoreCase) => BlasKind.Mkl,
        _ when OptimizedBlas().IsMatch(blasFile) => BlasKind.Other,
        _ => BlasKind.Reference,
    };

    /// <summary>LibTorch's version, from a file name such as <c>libtorch_cpu.so.1.13.0</c>.</summary>
    public static string VersionOf(string libTorchFile)
    {
        var suffix = libTorchFile.LastIndexOf(".so.", StringComparison.Ordinal);
        return suffix < 0 ? "unknown" : libTorchFile[(suffix + 4)..];
    }

    private static string WidestCapability() =>
        Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported ? "AVX512"
        : Avx2.IsSupported && Fma.IsSupported ? "AVX2"
        : "DEFAULT";

    [GeneratedRegex("blis|atlas|armpl", RegexOptions.IgnoreCase)]
    private static partial Regex OptimizedBlas();
}
