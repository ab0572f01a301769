using SeqCluster.Client.Versions;

namespace SeqCluster.Client.Tests.Versions;

public sealed class DynamicLinkerTests
{
    [Fact]
    public void ParseCache_TwoEntriesOfOneName_TakesTheFirst()
    {
        var cache = DynamicLinker.ParseCache(
            "2 libs found in cache `/etc/ld.so.cache'\n" +
            "\tlibx.so.1 (libc6,x86-64) => /lib/first/libx.so.1\n" +
            "\tlibx.so.1 (libc6) => /lib/second/libx.so.1\n");

        Assert.Equal(new Dictionary<string, string> { ["libx.so.1"] = "/lib/first/libx.so.1" }, cache);
    }

    [Fact]
    public void Resolve_FileInTheSearchPath_GoesBeforeTheCache()
    {
        using var folder = new TemporaryFolder();
        var preferred = folder.Write("libx.so.1");
        var linker = new DynamicLinker([folder.Path], new Dictionary<string, string> { ["libx.so.1"] = "/elsewhere/libx.so.1" });

        Assert.Equal(preferred, linker.Resolve("libx.so.1"));
    }

    [Fact]
    public void Resolve_LinkToALink_FollowsToTheEnd()
    {
        using var folder = new TemporaryFolder();
        var real = folder.Write("libx.so.1.2.3");
        var middle = Path.Combine(folder.Path, "alternative");
        var name = Path.Combine(folder.Path, "libx.so");
        File.CreateSymbolicLink(middle, real);
        File.CreateSymbolicLink(name, middle);

        Assert.Equal(real, new DynamicLinker([folder.Path], new Dictionary<string, string>()).Resolve("libx.so"));
    }

    [Fact]
    public void Resolve_CacheNamesAFileThatIsGone_IsNull() =>
        Assert.Null(new DynamicLinker([], new Dictionary<string, string> { ["libx.so"] = "/nowhere/libx.so" }).Resolve("libx.so"));
}
