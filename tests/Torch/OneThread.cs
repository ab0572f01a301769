using System.Runtime.CompilerServices;
using TorchSharp;

namespace SeqCluster.Torch.Tests;

/// <summary>One LibTorch thread and one BLAS thread before any test: bits depend on both counts.</summary>
internal static class OneThread
{
    [ModuleInitializer]
    internal static void Set()
    {
        if (LibTorch.MissingBecause is not null)
            return;
        torch.set_num_threads(1);
        TorchExtras.BlasThreads.TrySet(1);
        TorchExtras.Malloc.KeepFreedMemory();
    }
}
