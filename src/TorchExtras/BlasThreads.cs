using System.Runtime.InteropServices;

namespace SeqCluster.TorchExtras;

/// <summary>
/// The thread count of the BLAS library that LibTorch calls. It is another pool than LibTorch's own: setting
/// <c>torch.set_num_threads</c> does not reach it, and two pools of two threads make training slower than one of one.
/// </summary>
public static unsafe class BlasThreads
{
    /// <summary>Sets it; false when the loaded BLAS has no such setting (it then has one thread).</summary>
    public static bool TrySet(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (Find("openblas_set_num_threads", "MKL_Set_Num_Threads") is not (var address and not 0))
            return false;
        ((delegate* unmanaged[Cdecl]<int, void>)address)(threads);
        return true;
    }

    /// <summary>The count in force; null when the loaded BLAS does not say.</summary>
    public static int? Get() =>
        Find("openblas_get_num_threads", "mkl_get_max_threads", "MKL_Get_Max_Threads") is var address and not 0
            ? ((delegate* unmanaged[Cdecl]<int>)address)()
            : null;

    /// <summary>How OpenBLAS was built, with its version; null for another library.</summary>
    public static string? OpenBlasConfiguration => Text("openblas_get_config");

    /// <summary>The processor that OpenBLAS chose its kernels for, e.g. <c>SkylakeX</c>; null for another library.</summary>
    public static string? OpenBlasCore => Text("openblas_get_corename");

    private static string? Text(string function) =>
        Find(function) is var address and not 0
            ? Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)address)())
            : null;

    // Asked each time: LibTorch, and the BLAS with it, may be loaded after the first call.
    private static nint Find(params ReadOnlySpan<string> functions)
    {
        foreach (var library in LoadedBlas.Find().Paths)
            if (NativeLibrary.TryLoad(library, out var handle))
                foreach (var function in functions)
                    if (NativeLibrary.TryGetExport(handle, function, out var address))
                        return address;
        return 0;
    }
}
