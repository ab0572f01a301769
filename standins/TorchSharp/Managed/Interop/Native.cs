using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp.Interop;

/// <summary>
/// The C ABI of standins/TorchSharp/Native. Calls that only read a field skip the GC transition; whatever may run a
/// kernel, allocate or free does not.
/// </summary>
internal static unsafe partial class Native
{
    private const string Library = "libseqcluster_torch.so";

    static Native()
    {
        NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, Resolve);
        Check(st_initialize());
    }

    [DllImport(Library)] private static extern int st_initialize();
    [DllImport(Library)] internal static extern byte* st_error();
    [DllImport(Library)] internal static extern byte* st_version();

    [DllImport(Library)] internal static extern nint st_operator(byte* name, byte* overload);
    [DllImport(Library)] internal static extern int st_call(nint op, NativeArg* args, int count, long* results, int capacity);
    [DllImport(Library)] internal static extern void st_take_results(long* results, int count);

    [DllImport(Library)] internal static extern void st_free(nint tensor);
    [DllImport(Library), SuppressGCTransition] internal static extern long st_dim(nint tensor);
    [DllImport(Library), SuppressGCTransition] internal static extern long st_numel(nint tensor);
    [DllImport(Library), SuppressGCTransition] internal static extern int st_dtype(nint tensor);
    [DllImport(Library), SuppressGCTransition] internal static extern long st_element_size(nint tensor);
    [DllImport(Library), SuppressGCTransition] internal static extern int st_is_contiguous(nint tensor);
    [DllImport(Library), SuppressGCTransition] internal static extern int st_requires_grad(nint tensor);
    [DllImport(Library), SuppressGCTransition] internal static extern long st_device(nint tensor);
    [DllImport(Library), SuppressGCTransition] internal static extern void st_sizes(nint tensor, long* sizes, long* strides);
    [DllImport(Library)] internal static extern int st_is_leaf(nint tensor);
    [DllImport(Library)] internal static extern long st_storage_offset(nint tensor);
    [DllImport(Library)] internal static extern void* st_data_ptr(nint tensor);
    [DllImport(Library)] internal static extern int st_set_requires_grad(nint tensor, int requiresGrad);
    [DllImport(Library)] internal static extern int st_retain_grad(nint tensor);
    [DllImport(Library)] internal static extern nint st_grad(nint tensor);
    [DllImport(Library)] internal static extern int st_set_grad(nint tensor, nint grad);
    [DllImport(Library)]
    internal static extern int st_backward(nint* roots, int rootCount, nint* grads, int gradCount, int retainGraph, int createGraph, nint* inputs, int inputCount);
    [DllImport(Library)]
    internal static extern int st_autograd_grad(nint* outputs, int outputCount, nint* inputs, int inputCount, nint* grads, int gradCount,
        int retainGraph, int createGraph, int allowUnused, nint* results);

    [DllImport(Library), SuppressGCTransition] internal static extern int st_grad_mode();
    [DllImport(Library), SuppressGCTransition] internal static extern void st_set_grad_mode(int enabled);
    [DllImport(Library)] internal static extern int st_is_inference_mode();
    [DllImport(Library)] internal static extern nint st_inference_mode_enter(int enabled);
    [DllImport(Library)] internal static extern void st_inference_mode_leave(nint guard);

    [DllImport(Library)] internal static extern int st_get_num_threads();
    [DllImport(Library)] internal static extern int st_get_num_interop_threads();
    [DllImport(Library)] internal static extern int st_set_num_threads(int threads);
    [DllImport(Library)] internal static extern int st_cuda_is_available();
    [DllImport(Library)] internal static extern int st_cuda_device_count();

    [DllImport(Library)] internal static extern nint st_default_generator();
    [DllImport(Library)] internal static extern nint st_new_generator(ulong seed);
    [DllImport(Library)] internal static extern void st_free_generator(nint generator);
    [DllImport(Library)] internal static extern int st_manual_seed(ulong seed);
    [DllImport(Library)] internal static extern int st_generator_seed(nint generator, ulong seed);
    [DllImport(Library)] internal static extern nint st_generator_state(nint generator);
    [DllImport(Library)] internal static extern int st_generator_set_state(nint generator, nint state);

    /// <summary>Throws what the native side reported when <paramref name="status"/> is negative.</summary>
    internal static int Check(int status) => status < 0 ? throw Error() : status;

    /// <summary>Throws what the native side reported when there is no handle.</summary>
    internal static nint Check(nint handle) => handle == 0 ? throw Error() : handle;

    internal static ExternalException Error() => new(Marshal.PtrToStringUTF8((nint)st_error()) ?? "LibTorch reported no text");

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Library)
            return 0;
        var path = Path.Combine(AppContext.BaseDirectory, Library);
        if (!File.Exists(path))
            path = Path.Combine(Path.GetDirectoryName(assembly.Location) ?? AppContext.BaseDirectory, Library);
        if (!File.Exists(path))
            throw new DllNotFoundException(
                $"{Library} is not beside {assembly.GetName().Name}.dll: the native half of the TorchSharp stand-in was not built " +
                "because g++ or LibTorch's headers were missing. Run `./seqcluster setup`, then build again.");
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException exception)
        {
            throw new DllNotFoundException($"{path} does not load: LibTorch is missing or is not the one that it was built against. " +
                "Run `./seqcluster setup`, then build again.", exception);
        }
    }
}
