using SeqCluster.Hosts.Tests;

namespace SeqCluster.Disks.Tests;

/// <summary>A test that mounts a file system of its own; skipped, with the reason, where this process may not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DiskFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> NoMemory = new(static () => Try(static () => TestDisk.InMemory("64k")));

    private static readonly Lazy<string?> NoFile = new(static () => Try(static () => TestDisk.InFile()));

    /// <param name="inFile">Whether it needs <see cref="TestDisk.InFile"/>.</param>
    public DiskFactAttribute(bool inFile = false) => Skip = (inFile ? NoFile : NoMemory).Value;

    private static string? Try(Func<TestDisk> make)
    {
        try
        {
            make().Dispose();
            return null;
        }
        catch (InvalidOperationException fault)
        {
            return fault.Message;
        }
    }
}
