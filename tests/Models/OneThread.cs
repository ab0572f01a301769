using System.Runtime.CompilerServices;
using TorchSharp;

// Torch's generator and its allocator belong to the whole process: tests that seed the one or watch the other run alone.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace SeqCluster.Models.Tests;

/// <summary>One LibTorch thread and one BLAS thread before any test: bits depend on both counts.</summary>
internal static class OneThread
{
    [ModuleInitializer]
    internal static void Set()
    {
        if (LibTorch.MissingBecause is null)
        {
            torch.set_num_threads(1);
            TorchExtras.BlasThreads.TrySet(1);
        }
    }
}
