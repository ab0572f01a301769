using System.Runtime.InteropServices;
using TorchSharp;

namespace SeqCluster.TorchExtras;

/// <summary>The optional native half, and why it is not there when it is not.</summary>
internal static unsafe class NativeExtras
{
    private const string Library = "libseqcluster_torchextras.so";

    private static readonly nint Handle = Load(out Reason);

    /// <summary>Null when the native half is loaded and was built against the LibTorch of this process.</summary>
    internal static readonly string? Reason;

    internal static readonly delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<nint, int, int>, nint, int, nint> HookAdd =
        (delegate* unmanaged[Cdecl]<nint, delegate* unmanaged[Cdecl]<nint, int, int>, nint, int, nint>)Export("te_hook_add");

    internal static readonly delegate* unmanaged[Cdecl]<nint, void> HookRemove = (delegate* unmanaged[Cdecl]<nint, void>)Export("te_hook_remove");

    internal static string Error => Text("te_error");

    internal static string Configuration => Text("te_configuration");

    private static string Text(string function) =>
        Export(function) is var address and not 0 ? Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)address)()) ?? "" : "";

    private static nint Export(string function) => Handle == 0 ? 0 : NativeLibrary.GetExport(Handle, function);

    private static nint Load(out string? reason)
    {
        var path = Path.Combine(AppContext.BaseDirectory, Library);
        if (!File.Exists(path))
        {
            reason = $"{path} is not there: it is built where LibTorch's headers are (./seqcluster setup brings them), or with -p:LibTorchRoot=<folder of LibTorch>";
            return 0;
        }
        // TorchSharp brings LibTorch into the process first: the library below must find that one, not load another.
        torch.get_num_threads();
        if (!NativeLibrary.TryLoad(path, out var handle))
        {
            reason = $"{path} does not load: it was built against another LibTorch";
            return 0;
        }
        var built = Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(handle, "te_built_against"))())!;
        reason = SameRelease(built, torch.__version__)
            ? null
            : $"{path} was built against LibTorch {built}, this process has {torch.__version__}";
        return reason is null ? handle : 0;
    }

    // Objects are shared between the two, so major and minor must agree.
    private static bool SameRelease(string built, string loaded) => built.Split('.')[..2].SequenceEqual(loaded.Split('.')[..2]);
}
