using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SeqCluster.TorchExtras;

/// <summary>A GPU and the libraries that compute on it, as far as the bits of a result depend on them. Asked of NVIDIA's own libraries.</summary>
/// <param name="Model">As the driver names it; <c>unknown</c> when it does not say.</param>
/// <param name="CuBlas">Version number of cuBLAS; <c>unknown</c> likewise.</param>
/// <param name="CuDnn">Version number of cuDNN; <c>unknown</c> likewise.</param>
public sealed unsafe record CudaDevice(string Model, string CuBlas, string CuDnn)
{
    private const string Prefix = "cuda:";
    private const string Driver = "libcuda.so.1";
    private const string Unknown = "unknown";
    private const int LongestName = 256;

    /// <summary>N of <c>cuda:N</c>; null for what is not of this form.</summary>
    public static int? IndexOf(string device) =>
        device.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(device.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    /// <summary>Reads device <paramref name="index"/> of those that this process sees. LibTorch must be loaded.</summary>
    public static CudaDevice Read(int index) => new(
        ModelOf(index) ?? Unknown,
        VersionOf("libcublasLt.so", "cublasLtGetVersion"),
        VersionOf("libcudnn.so", "cudnnGetVersion"));

    // The driver's interface makes no context on the device for this, and knows the devices by the numbers that LibTorch gives them.
    private static string? ModelOf(int index)
    {
        if (!NativeLibrary.TryLoad(Driver, out var driver)
            || !NativeLibrary.TryGetExport(driver, "cuInit", out var initialize)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out var get)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetName", out var name))
        {
            return null;
        }

        int device;
        var text = stackalloc byte[LongestName];
        return ((delegate* unmanaged[Cdecl]<uint, int>)initialize)(0) == 0
            && ((delegate* unmanaged[Cdecl]<int*, int, int>)get)(&device, index) == 0
            && ((delegate* unmanaged[Cdecl]<byte*, int, int, int>)name)(text, LongestName, device) == 0
                ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text))
                : null;
    }

    private static string VersionOf(string library, string function) => MappedLibraries.Export(library, function) is var address and not 0
        ? ((delegate* unmanaged[Cdecl]<nuint>)address)().ToString(CultureInfo.InvariantCulture)
        : Unknown;
}
