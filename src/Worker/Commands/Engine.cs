using SeqCluster.TorchExtras;
using static TorchSharp.torch;

namespace SeqCluster.Worker.Commands;

/// <summary>Brings LibTorch up as every worker needs it.</summary>
internal static class Engine
{
    /// <summary>Loads LibTorch with one thread a pool, and checks device and BLAS.</summary>
    /// <returns>null, or what is wrong and how it is mended.</returns>
    public static string? Start(string device)
    {
        Malloc.KeepFreedMemory();
        try
        {
            set_num_threads(1);
        }
        catch (Exception fault) when (fault is DllNotFoundException or TypeInitializationException or NotSupportedException)
        {
            return $"LibTorch cannot be loaded: {(fault.InnerException ?? fault).Message}";
        }

        BlasThreads.TrySet(1);
        if (NumericalEnvironment.Problems() is [var problem, ..])
        {
            return problem;
        }

        if (device == "cpu")
        {
            return null;
        }

        if (CudaDevice.IndexOf(device) is not { } index)
        {
            return $"--device {device}: must be cpu or cuda:N";
        }

        return !cuda.is_available() || index >= cuda.device_count()
            ? $"--device {device}: LibTorch sees {(cuda.is_available() ? cuda.device_count() : 0)} CUDA device(s) here"
            : DeterministicCuda.Require();
    }
}
