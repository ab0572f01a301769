using System.Diagnostics;
using System.Globalization;

namespace SeqCluster.Hosts.Tests;

/// <summary>
/// Each host is a network namespace on one bridge, with a mount namespace that has a /dev/shm of its own and does not see the
/// other hosts' folders, and with a name. A process keeps each of them open; it ends with this one, however that ends. Names carry
/// the network's name, and a lock file says that somebody lives: what has none is swept by the next network.
/// </summary>
internal sealed class NamespaceWiring : IHostWiring
{
    private const string Prefix = "sq";
    private const string Script =
        "mount -t tmpfs -o mode=1777,size=512m tmpfs /dev/shm && echo $1 > /proc/sys/kernel/hostname && shift && "
        + "for other; do mount -t tmpfs -o size=1m none \"$other\" || exit 1; done && echo ready && read end";

    private static readonly string LockFolder = Path.Combine(Path.GetTempPath(), "seqcluster-hosts");
    private static int made;

    private readonly List<Process> keepers = [];
    private readonly List<IDisposable> wires = [];
    private readonly FileStream held;
    private readonly string name;
    private readonly string subnet;
    private readonly IReadOnlyList<string> folders;

    /// <summary>Makes the hosts.</summary>
    /// <param name="folders">Each host's, which the others do not see.</param>
    /// <param name="shape">Of each host's link.</param>
    public NamespaceWiring(IReadOnlyList<string> folders, LinkShape shape)
    {
        Sweep();
        var process = Environment.ProcessId;
        var count = Interlocked.Increment(ref made);
        name = $"{Prefix}{Base36(process)}{(char)('a' + (count % 26))}";
        subnet = string.Create(CultureInfo.InvariantCulture, $"10.{200 + ((process + count) / 250 % 50)}.{(process + count) % 250}");
        held = new FileStream(LockOf(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        this.folders = folders;
        try
        {
            Shell.Ip(null, $"link add {name}b type bridge", $"link set {name}b up", $"addr add {subnet}.254/24 dev {name}b");
            for (var host = 0; host < folders.Count; host++)
            {
                Join(host, shape);
                keepers.Add(Keep(host));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Why this machine cannot; empty when it can.</summary>
    public static string Obstacle { get; } = FindObstacle();

    public bool AreSeparate => true;

    public string AddressOf(int host) => $"{subnet}.{host + 1}";

    public ProcessStartInfo On(int host, string program, IEnumerable<string> words) => new(
        "nsenter",
        [
            "-t", keepers[host].Id.ToString(CultureInfo.InvariantCulture), "-n", "-m", "-u", "--",
            "sh", "-c", "cd \"$0\" && exec \"$@\"", folders[host], program, .. words,
        ]);

    public void Cut(int host, bool isCut) => Shell.Ip(null, $"link set {name}v{host} {(isCut ? "nomaster" : $"master {name}b")}");

    public void Dispose()
    {
        foreach (var keeper in keepers)
        {
            keeper.StandardInput.Close();
            keeper.WaitForExit();
            keeper.Dispose();
        }

        Remove(name);
        wires.ForEach(static wire => wire.Dispose());
        held.Dispose();
        File.Delete(LockOf(name));
    }

    private static string FindObstacle()
    {
        if (Environment.UserName != "root")
        {
            return "network namespaces need root";
        }

        var probe = $"{Prefix}{Base36(Environment.ProcessId)}probe";
        var (made, said) = Shell.Try("ip", "netns", "add", probe);
        Shell.Try("ip", "netns", "del", probe);
        var (entered, told) = made ? Shell.Try("unshare", "-m", "-u", "--propagation", "private", "mount", "-t", "tmpfs", "none", "/dev/shm") : (false, said);
        return made && entered ? "" : $"no network or mount namespaces here: {told.Trim()}";
    }

    private static string LockOf(string network) => Path.Combine(Directory.CreateDirectory(LockFolder).FullName, network + ".lock");

    private static string Base36(int number)
    {
        var text = "";
        for (; number > 0; number /= 36)
        {
            text = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36] + text;
        }

        return text;
    }

    private static void Sweep()
    {
        foreach (var path in Directory.EnumerateFiles(Directory.CreateDirectory(LockFolder).FullName, $"{Prefix}*.lock"))
        {
            try
            {
                using var alone = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                Remove(Path.GetFileNameWithoutExtension(path));
                File.Delete(path);
            }
            catch (IOException)
            {
                // Somebody lives, or another one sweeps.
            }
        }
    }

    private static void Remove(string network)
    {
        foreach (var space in Shell.Try("ip", "netns", "list").Said.Split('\n').Select(static line => line.Split(' ')[0]).Where(space => space.StartsWith(network + "n", StringComparison.Ordinal)))
        {
            foreach (var process in Shell.Try("ip", "netns", "pids", space).Said.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                Shell.Try("kill", "-KILL", process);
            }

            Shell.Try("ip", "netns", "del", space);
        }

        foreach (var link in Shell.Try("ip", "-o", "link").Said.Split('\n').Select(static line => line.Split(": ")).Where(static parts => parts.Length > 1)
            .Select(static parts => parts[1].Split('@')[0]).Where(link => link == network + "b" || link.StartsWith(network + "v", StringComparison.Ordinal)))
        {
            Shell.Try("ip", "link", "del", link);
        }
    }

    private void Join(int host, LinkShape shape)
    {
        var (space, link) = ($"{name}n{host}", $"{name}v{host}");
        Shell.Ip(null, $"netns add {space}");
        if (shape.IsRateOnly || HasNetem())
        {
            Shell.Ip(null, $"link add {link} type veth peer name eth0 netns {space}");
            if (shape != LinkShape.None)
            {
                var discipline = shape.IsRateOnly
                    ? $"tbf rate {shape.MegabitsPerSecond}mbit burst 256kb latency 100ms"
                    : $"netem delay {shape.DelayMs}ms loss {shape.LossPercent.ToString(CultureInfo.InvariantCulture)}%{(shape.MegabitsPerSecond > 0 ? $" rate {shape.MegabitsPerSecond}mbit" : "")}";
                Shell.Run("tc", ["qdisc", "add", "dev", link, "root", .. discipline.Split(' ')]);
                Shell.Run("tc", ["-n", space, "qdisc", "add", "dev", "eth0", "root", .. discipline.Split(' ')]);
            }
        }
        else
        {
            // A kernel without netem: the packets pass through this process, which keeps them as long as it takes.
            wires.Add(new SlowWire(link, $"{name}w{host}", shape, seed: host));
            Shell.Ip(null, $"link set {name}w{host} netns {space} name eth0");
        }

        Shell.Ip(null, $"link set {link} master {name}b", $"link set {link} up");
        Shell.Ip(space, "link set lo up", $"addr add {AddressOf(host)}/24 dev eth0", "link set eth0 up", $"route add default via {subnet}.254");
    }

    private static bool HasNetem() => Shell.Try("tc", "qdisc", "add", "dev", "lo", "root", "netem", "loss", "0%") is var (made, _) && made
        && Shell.Try("tc", "qdisc", "del", "dev", "lo", "root").Succeeded;

    private Process Keep(int host)
    {
        var start = new ProcessStartInfo(
            "ip",
            [
                "netns", "exec", $"{name}n{host}", "unshare", "-m", "-u", "--propagation", "private", "sh", "-c", Script, "sh", $"host{host + 1}",
                .. folders.Where((_, other) => other != host),
            ])
        { RedirectStandardInput = true, RedirectStandardOutput = true };
        var keeper = Process.Start(start)!;
        return keeper.StandardOutput.ReadLine() == "ready" ? keeper : throw new InvalidOperationException($"host {host + 1} could not be made");
    }
}
