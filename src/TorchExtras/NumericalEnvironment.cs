using TorchSharp;

namespace SeqCluster.TorchExtras;

/// <summary>
/// What the bits of a result depend on besides the job: two workers whose records differ (the hooks aside) may not
/// share a strict job.
/// </summary>
/// <param name="LibTorchVersion">As LibTorch reports it.</param>
/// <param name="Blas">Which library multiplies matrices.</param>
/// <param name="BlasBuild">OpenBLAS's configuration and core; empty for another library.</param>
/// <param name="BlasThreads">Null when the library does not say.</param>
/// <param name="TorchThreads">LibTorch's intra-op threads.</param>
/// <param name="InteropThreads">LibTorch's inter-op threads.</param>
/// <param name="CpuCapability">The instruction set of ATen's kernels: DEFAULT, AVX2, AVX512 …, or unknown without the native half</param>
/// <param name="HasGradientHooks">Whether communication can overlap backward; does not change bits.</param>
public sealed record NumericalEnvironment(
    string LibTorchVersion,
    BlasKind Blas,
    string BlasBuild,
    int? BlasThreads,
    int TorchThreads,
    int InteropThreads,
    string CpuCapability,
    bool HasGradientHooks)
{
    private const string CapabilityVariable = "ATEN_CPU_CAPABILITY";
    private const string CapabilityLine = "CPU capability usage: ";

    /// <summary>Reads this process; loads LibTorch when it is not loaded yet.</summary>
    public static NumericalEnvironment Read()
    {
        var torchThreads = torch.get_num_threads();
        return new NumericalEnvironment(
            torch.__version__,
            LoadedBlas.Find().Kind,
            string.Join(", ", new[] { TorchExtras.BlasThreads.OpenBlasConfiguration, TorchExtras.BlasThreads.OpenBlasCore }.OfType<string>()),
            TorchExtras.BlasThreads.Get(),
            torchThreads,
            torch.get_num_interop_threads(),
            Capability(NativeExtras.Configuration, Environment.GetEnvironmentVariable(CapabilityVariable)),
            GradientHooks.IsAvailable);
    }

    /// <summary>What is wrong with this environment, one sentence each, with the command that mends it.</summary>
    public static IReadOnlyList<string> Problems() => LoadedBlas.Find().Problem is { } problem ? [problem] : [];

    // ATen's own words, where they can be had: its choice does not follow from the processor alone.
    private static string Capability(string configuration, string? variable)
    {
        var line = configuration.Split('\n').FirstOrDefault(text => text.Contains(CapabilityLine, StringComparison.Ordinal));
        if (line is not null)
            return line[(line.IndexOf(CapabilityLine, StringComparison.Ordinal) + CapabilityLine.Length)..].Trim();
        return string.IsNullOrEmpty(variable) ? "unknown" : variable.ToUpperInvariant();
    }
}
