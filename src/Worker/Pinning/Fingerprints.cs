using SeqCluster.TorchExtras;

namespace SeqCluster.Worker.Pinning;

/// <summary>What the bits of a result depend on besides the job, each in one line of <c>NAME: VALUE</c> joined by <c>; </c>.</summary>
/// <param name="Native">As this machine computes when nothing holds it back.</param>
/// <param name="Portable">As it computes for <c>numerics: portable</c>; empty when it cannot.</param>
internal sealed record Fingerprints(string Native, string Portable)
{
    private const string Processor = "/proc/cpuinfo";

    /// <summary>Of this process, which is not held to anything.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda:N</c>.</param>
    public static Fingerprints Read(string device) => Of(
        NumericalEnvironment.Read(),
        BlasThreads.OpenBlasCore ?? Named(Processor, "model name") ?? "unknown",
        device == "cpu" ? null : CudaDevice.Read(CudaDevice.IndexOf(device)!.Value),
        PortableNumerics.IsPossible);

    internal static Fingerprints Of(NumericalEnvironment environment, string blasCore, CudaDevice? cuda, bool isPortable)
    {
        // OpenBLAS names the core that it chose among the words of its build.
        var words = environment.BlasBuild.Split(',')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word != blasCore);
        var libraries = $"LibTorch: {environment.LibTorchVersion}; BLAS: {string.Join(' ', words.Prepend($"{environment.Blas}"))}";
        var gpu = cuda is null ? "" : $"; GPU: {cuda.Model}; cuBLAS: {cuda.CuBlas}; cuDNN: {cuda.CuDnn}";
        return new Fingerprints(
            $"{libraries}; BLAS core: {blasCore}; CPU kernels: {environment.CpuCapability}{gpu}",
            isPortable ? $"{libraries}; CPU: {PortableNumerics.Level}{gpu}" : "");
    }

    private static string? Named(string file, string name) => !File.Exists(file) ? null : File.ReadLines(file)
        .Select(line => line.Split(':', 2))
        .FirstOrDefault(parts => parts.Length == 2 && parts[0].Trim() == name)?[1].Trim();
}
