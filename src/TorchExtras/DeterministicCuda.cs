using System.Globalization;
using System.Runtime.InteropServices;

namespace SeqCluster.TorchExtras;

/// <summary>
/// Makes LibTorch compute on GPUs so that the same operation gives the same bits each time, and refuse an operator that cannot:
/// deterministic algorithms, none chosen by timing, no TF32, a fixed workspace for cuBLAS (NVIDIA's cuBLAS documentation, section
/// 2.1.4, "Results Reproducibility"). TorchSharp offers TF32 of this and nothing else, so the settings of LibTorch's context are
/// called by the names under which its library exports them, with and without the native half.
/// </summary>
public static unsafe partial class DeterministicCuda
{
    /// <summary>What cuBLAS is given: 8 buffers of 4 MiB. Another size may choose another algorithm, with other bits.</summary>
    public const string Workspace = ":4096:8";

    private const string WorkspaceVariable = "CUBLAS_WORKSPACE_CONFIG";
    private const string Library = "libtorch_cpu.so";

    // Each takes at::Context* and bytes for bools, by the Itanium C++ ABI.
    private static readonly string[] Settings =
        ["setDeterministicAlgorithms", "setDeterministicCuDNN", "setBenchmarkCuDNN", "setAllowTF32CuBLAS", "setAllowTF32CuDNN"];

    /// <summary>Why it cannot be set here, in a sentence; null when it can. LibTorch must be loaded.</summary>
    public static string? UnavailableBecause()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "deterministic arithmetic on a GPU is implemented for Linux only";
        }

        string[] missing = [.. Context() == 0 ? ["globalContext"] : Array.Empty<string>(), .. Settings.Where(setting => Address(setting) == 0)];
        return missing.Length == 0
            ? null
            : $"deterministic arithmetic on a GPU cannot be set: LibTorch {TorchSharp.torch.__version__} does not export {string.Join(", ", missing)}; use --device cpu or another LibTorch";
    }

    /// <summary>Sets it for this process. Call it when LibTorch is loaded and has not touched a GPU yet.</summary>
    /// <returns>null, or what stands in the way.</returns>
    public static string? Require()
    {
        if (UnavailableBecause() is { } reason)
        {
            return reason;
        }

        // The environment that .NET keeps is a copy, which native libraries do not see.
        _ = setenv(WorkspaceVariable, Workspace, 1);
        var context = ((delegate* unmanaged[Cdecl]<nint>)Context())();

        // The second value: throw, do not only warn.
        ((delegate* unmanaged[Cdecl]<nint, byte, byte, void>)Address("setDeterministicAlgorithms"))(context, 1, 0);
        Set(context, "setDeterministicCuDNN", 1);
        Set(context, "setBenchmarkCuDNN", 0);
        Set(context, "setAllowTF32CuBLAS", 0);
        Set(context, "setAllowTF32CuDNN", 0);

        // From 2.2 on it also fills new memory, to show whoever reads what nobody wrote: that costs time and changes no result.
        Set(context, "setDeterministicFillUninitializedMemory", 0);
        return null;
    }

    private static void Set(nint context, string setting, byte value)
    {
        if (Address(setting) is var address and not 0)
        {
            ((delegate* unmanaged[Cdecl]<nint, byte, void>)address)(context, value);
        }
    }

    private static nint Context() => MappedLibraries.Export(Library, "_ZN2at13globalContextEv");

    private static nint Address(string setting) => MappedLibraries.Export(Library, string.Create(
        CultureInfo.InvariantCulture, $"_ZN2at7Context{setting.Length}{setting}E{(setting == "setDeterministicAlgorithms" ? "bb" : "b")}"));

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
