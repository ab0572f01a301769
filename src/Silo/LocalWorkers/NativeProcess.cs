using System.Runtime.InteropServices;

namespace SeqCluster.Silo.LocalWorkers;

/// <summary>What .NET has no call for.</summary>
internal static partial class NativeProcess
{
    private const int SigTerm = 15;

    /// <summary>Asks a process to end (SIGTERM); one that is gone already is fine.</summary>
    public static void Terminate(int processId) => _ = Kill(processId, SigTerm);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
