using System.Net.Sockets;

namespace SeqCluster.Bench.Chaos;

/// <summary>What a run must not leave: processes, shared memory, files, an open port.</summary>
internal static class Leftovers
{
    /// <summary>Looks for them, when all has been stopped.</summary>
    /// <param name="folder">Of the run.</param>
    /// <param name="socket">Which its processes have in their environment.</param>
    /// <param name="jobs">The ids of its jobs.</param>
    /// <param name="silo">Where the silo listened.</param>
    /// <returns>A line for each.</returns>
    public static IReadOnlyList<string> Find(string folder, string socket, IReadOnlyCollection<string> jobs, Uri silo) =>
    [
        .. Processes(socket).Select(static process => $"process {process} is left over"),
        .. Directory.EnumerateFiles("/dev/shm").Where(path => jobs.Any(job => path.Contains(job, StringComparison.Ordinal))).Select(static path => $"{path} is left over"),
        .. Directory.EnumerateFileSystemEntries(Path.Combine(folder, "tmp")).Select(static path => $"{path} is left over"),
        .. Directory.EnumerateDirectories(Path.Combine(folder, "store", "checkpoints"), "*.partial", SearchOption.AllDirectories).Select(static path => $"{path} is left over"),
        .. IsOpen(silo) ? [$"{silo} still listens"] : Array.Empty<string>(),
    ];

    private static IEnumerable<string> Processes(string socket)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(static path => int.TryParse(Path.GetFileName(path), out _)))
        {
            string environment;
            try
            {
                environment = File.ReadAllText(Path.Combine(folder, "environ"));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (environment.Contains(socket, StringComparison.Ordinal))
            {
                yield return Path.GetFileName(folder);
            }
        }
    }

    private static bool IsOpen(Uri silo)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(silo.Host, silo.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
