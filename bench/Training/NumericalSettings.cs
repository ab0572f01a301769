using SeqCluster.TorchExtras;
using TorchSharp;

namespace SeqCluster.Bench.Training;

/// <summary>The numerical library's settings under measurement, those of a worker: one thread, memory kept.</summary>
internal static class NumericalSettings
{
    /// <summary>LibTorch's own name for its version.</summary>
    public static string Version => torch.__version__;

    /// <summary>One thread in LibTorch's pool and in the BLAS's, and an allocator that keeps what is freed.</summary>
    public static void Apply()
    {
        Malloc.KeepFreedMemory();
        torch.set_num_threads(1);
        BlasThreads.TrySet(1);
    }

    /// <summary>The LibTorch and BLAS files really mapped into this process, links resolved, in order.</summary>
    public static IReadOnlyList<string> LoadedLibraries()
    {
        string[] wanted = ["libtorch_cpu", "libopenblas", "libblas", "libmkl", "libatlas", "libblis"];
        return
        [
            .. File.ReadLines("/proc/self/maps")
                .Where(line => line.Contains('/'))
                .Select(line => line[line.IndexOf('/')..])
                .Where(path => wanted.Any(Path.GetFileName(path).StartsWith))
                .Select(path => new FileInfo(path).ResolveLinkTarget(true)?.FullName ?? path)
                .Distinct().Order(StringComparer.Ordinal),
        ];
    }
}
