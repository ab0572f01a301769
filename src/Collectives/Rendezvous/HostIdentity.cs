namespace SeqCluster.Collectives.Rendezvous;

/// <summary>Tells whether two processes see the same shared-memory folder.</summary>
public static class HostIdentity
{
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";
    private const string MountsPath = "/proc/self/mountinfo";

    /// <summary>
    /// The boot id of the kernel and the device that <paramref name="sharedFolder"/> is mounted from: containers of one host
    /// have one boot id but often a /dev/shm each. Empty where it cannot be told, which means TCP.
    /// </summary>
    public static string Current(string sharedFolder = "/dev/shm")
    {
        if (!File.Exists(BootIdPath) || !File.Exists(MountsPath))
            return "";
        var folder = Path.GetFullPath(sharedFolder);
        // Fields: id, parent, major:minor, root, mount point, …; the longest mount point that holds the folder is its device, and
        // of several mounts on one point the last, which covers the others.
        var device = File.ReadLines(MountsPath)
            .Select(line => line.Split(' '))
            .Where(fields => fields.Length > 4 && IsUnder(folder, fields[4]))
            .Reverse()
            .MaxBy(fields => fields[4].Length)?[2];
        return device is null ? "" : $"{File.ReadAllText(BootIdPath).Trim()}/{device}";
    }

    private static bool IsUnder(string folder, string mountPoint) =>
        mountPoint == "/" || folder == mountPoint || folder.StartsWith(mountPoint + "/", StringComparison.Ordinal);
}
