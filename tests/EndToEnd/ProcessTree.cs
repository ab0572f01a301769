using System.Globalization;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>What /proc says of processes.</summary>
internal static class ProcessTree
{
    /// <summary>The processes that a process has started and that live.</summary>
    public static List<int> ChildrenOf(int parent)
    {
        var children = new List<int>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)))
        {
            try
            {
                // After the command in brackets: state, then the parent's id.
                var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ');
                if (int.Parse(fields[1], CultureInfo.InvariantCulture) == parent)
                {
                    children.Add(int.Parse(process!, CultureInfo.InvariantCulture));
                }
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }

        return children;
    }

    /// <summary>Those, what they have started, and so on.</summary>
    public static List<int> DescendantsOf(int ancestor) => [.. ChildrenOf(ancestor).SelectMany(child => DescendantsOf(child).Prepend(child))];

    /// <summary>Bytes in memory; 0 when it has ended.</summary>
    public static long ResidentBytes(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException)
        {
            return 0;
        }
    }
}
