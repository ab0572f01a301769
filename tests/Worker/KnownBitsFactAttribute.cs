using SeqCluster.TorchExtras;

namespace SeqCluster.Worker.Tests;

/// <summary>A test of bits that were written down on one numerical environment; elsewhere it is skipped, by name and with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KnownBitsFactAttribute : FactAttribute
{
    private const string Version = "1.13";
    private const string Blas = "OpenBLAS 0.3.21";
    private const string Core = "Cooperlake";
    private const string Capability = "AVX2";

    public KnownBitsFactAttribute() => Skip = new TorchFactAttribute().Skip ?? OtherEnvironment();

    private static string? OtherEnvironment()
    {
        var here = NumericalEnvironment.Read();
        var isKnown = here.LibTorchVersion.StartsWith(Version, StringComparison.Ordinal)
            && here.BlasBuild.StartsWith(Blas, StringComparison.Ordinal)
            && here.BlasBuild.EndsWith(Core, StringComparison.Ordinal)
            && here.CpuCapability == Capability;
        return isKnown ? null : $"the bits were written down on LibTorch {Version}, {Blas}, {Core}, {Capability}; this is {here}";
    }
}
