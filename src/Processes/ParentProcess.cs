using System.Runtime.InteropServices;

namespace SeqCluster.Processes;

/// <summary>
/// Ends this process when its parent ends, however the parent ends: a child of a silo must not outlive it. Waits on a pidfd
/// (Linux 5.3), because PR_SET_PDEATHSIG fires when the parent's <i>thread</i> ends, and .NET starts children from pool threads.
/// </summary>
public static unsafe partial class ParentProcess
{
    private const int PidfdOpen = 434;
    private const short PollIn = 1;
    private const int InterruptedCall = 4;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Watches from a background thread; <paramref name="onExit"/> is called once, from that thread.</summary>
    /// <param name="parentId">The parent's process id, as the parent gave it.</param>
    /// <param name="onExit">What to do then; normally <see cref="Environment.Exit"/>.</param>
    public static void Watch(int parentId, Action onExit) =>
        new Thread(() =>
        {
            Wait(parentId);
            onExit();
        })
        { IsBackground = true, Name = "parent process" }.Start();

    private static void Wait(int parentId)
    {
        var descriptor = (int)syscall(PidfdOpen, parentId, 0);
        if (descriptor < 0)
        {
            WaitByPolling(parentId);
            return;
        }

        // The parent may have gone, and its number been given away, before the descriptor was opened.
        var awaited = new PollDescriptor { Descriptor = descriptor, Events = PollIn };
        while (getppid() == parentId && poll(&awaited, 1, timeoutMs: -1) < 0 && Marshal.GetLastPInvokeError() == InterruptedCall)
        {
        }

        close(descriptor);
    }

    // Kernels and sandboxes without pidfd: an orphan has another parent.
    private static void WaitByPolling(int parentId)
    {
        while (getppid() == parentId)
        {
            Thread.Sleep(PollInterval);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint argument0, nint argument1);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMs);

    [LibraryImport("libc")]
    private static partial int getppid();

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short ReturnedEvents;
    }
}
