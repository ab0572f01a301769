using System.Globalization;
using System.Runtime.InteropServices;

namespace SeqCluster.Bench.Measurement;

/// <summary>What a reader must know of the machine to judge a figure. Linux only; elsewhere fields say "unknown".</summary>
public static class Machine
{
    /// <summary>The processor, the cores this process may use, the memory, the system and the runtime, in one line.</summary>
    public static string Describe()
    {
        var memoryGiB = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        return $"{ProcessorName()}, {Environment.ProcessorCount} cores, {memoryGiB:0} GiB, "
            + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }

    /// <summary>The load average of the last minute, NaN where it is not known; a figure taken under load is no figure.</summary>
    public static double Load() => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
        : double.NaN;

    private static string ProcessorName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? "unknown processor";
    }
}
