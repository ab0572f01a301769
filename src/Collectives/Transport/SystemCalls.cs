using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SeqCluster.Collectives.Transport;

/// <summary>The Linux calls that the data plane is built on: mapped segments, futexes, non-blocking vectored socket I/O.</summary>
internal static unsafe partial class SystemCalls
{
    public const int NoSpace = 28;
    public const int WouldBlock = 11;
    public const int Interrupted = 4;

    public const int ProtRead = 1;
    public const int ProtWrite = 2;
    public const int MapShared = 0x01;
    public const int MapPrivate = 0x02;
    public const int MapFixed = 0x10;
    public const int MapAnonymous = 0x20;
    public const int MapNoReserve = 0x4000;
    public const int MapPopulate = 0x8000;

    public const int OpenReadWriteExclusive = 0x2 | 0x40 | 0x80 | 0x80000;
    public const int OpenRead = 0x80000;
    public const int OwnerOnly = 0x180;

    public const short PollIn = 0x1;
    public const short PollOut = 0x4;
    public const short PollFailed = 0x8 | 0x10;

    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;

    private const int FutexWaitOperation = 0;
    private const int FutexWakeOperation = 1;

    private static readonly nint FutexNumber = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 202,
        Architecture.Arm64 => 98,
        var other => throw new PlatformNotSupportedException($"No futex number is known for {other}: use the TCP transport."),
    };

    /// <summary>ENOENT.</summary>
    public const int NoSuchFile = 2;

    public static nint Failed => -1;

    /// <summary>Sleeps while <paramref name="word"/> holds <paramref name="expected"/>, for at most the timeout. May wake early.</summary>
    public static void FutexWait(int* word, int expected, TimeSpan timeout)
    {
        var limit = new TimeSpec { Seconds = timeout.Ticks / TimeSpan.TicksPerSecond, Nanoseconds = timeout.Ticks % TimeSpan.TicksPerSecond * 100 };
        Futex(FutexNumber, word, FutexWaitOperation, expected, &limit, null, 0);
    }

    /// <summary>Wakes every process that sleeps on <paramref name="word"/>.</summary>
    public static void FutexWake(int* word) => Futex(FutexNumber, word, FutexWakeOperation, int.MaxValue, null, null, 0);

    /// <summary>The exception for the last failed call.</summary>
    public static Win32Exception LastError(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new Win32Exception(error, $"{what}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    /// <summary>Returns the error number itself.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    public static partial int Allocate(int descriptor, long offset, long length);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, void* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int descriptor, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Futex(nint number, int* word, int operation, int value, TimeSpec* timeout, int* second, int third);

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
