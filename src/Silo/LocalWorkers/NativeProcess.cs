using System.Runtime.InteropServices;

namespace SeqCluster.Silo.LocalWorkers;

/// <summary>What .NET has no call for.</summary>
internal static partial class NativeProcess
{
    private const int SigTerm = 15;
    private const int SetParentDeathSignal = 1;

    /// <summary>Asks a process to end (SIGTERM); one that is gone already is fine.</summary>
    public static void Terminate(int processId) => _ = Kill(processId, SigTerm);

    /// <summary>The present parent's process id; another one once the parent has died.</summary>
    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int ParentId();

    /// <summary>The kernel sends this process the signal when the thread that started it ends.</summary>
    public static void SignalOnParentDeath(int signal) => _ = Prctl(SetParentDeathSignal, signal, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Prctl(int option, nint argument2, nint argument3, nint argument4, nint argument5);
}
