using System.Text.Json;

namespace SeqCluster.Client.Tests.Versions;

public sealed class VersionCommandTests
{
    private const string Engine = """{"libTorchVersion":"1.13.1","blas":"openBlas","blasBuild":"0.3.21, Haswell","blasThreads":1,"torchThreads":1,"interopThreads":2,"cpuCapability":"AVX2","hasGradientHooks":true}""";

    [Fact]
    public async Task Version_Json_NamesTheSubstrateOfEachPackage()
    {
        using var run = new ClientRun();

        Assert.Equal(0, await run.RunAsync("version", "--json"));
        Assert.Empty(run.Error);
        using var report = JsonDocument.Parse(run.Output);
        var substrate = report.RootElement.GetProperty("substrate").GetString();
        var packages = report.RootElement.GetProperty("packages").EnumerateObject().ToList();
        Assert.Contains(substrate, new[] { "nuget", "standin" });
        Assert.Equal(4, packages.Count);
        Assert.All(packages, package => Assert.Equal(substrate, package.Value.GetString()));
        Assert.Matches(@"^\d+\.\d+\.\d+", report.RootElement.GetProperty("version").GetString());
        Assert.StartsWith(".NET 10.", report.RootElement.GetProperty("runtime").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, report.RootElement.GetProperty("engine").ValueKind);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    public async Task Version_Text_NamesVersionSubstrateAndRuntime(string word)
    {
        using var run = new ClientRun();

        Assert.Equal(0, await run.RunAsync(word));
        Assert.Matches(@"(?m)^SeqCluster +\d+\.\d+\.\d+", run.Output);
        Assert.Matches(@"(?m)^substrate +(nuget|standin)$", run.Output);
        Assert.Matches(@"(?m)^  MessagePack +(nuget|standin)$", run.Output);
        Assert.Matches(@"(?m)^runtime +\.NET", run.Output);
    }

    [Fact]
    public async Task Version_WorkerIsBuilt_TellsWhatItHasLoaded()
    {
        using var run = new ClientRun();
        run.WriteProgram("Worker", $"[ \"$*\" = environment ] && echo '{Engine}'");

        Assert.Equal(0, await run.RunAsync("version"));
        Assert.Matches(@"(?m)^worker +LibTorch 1\.13\.1, AVX2, threads 1 and 2 between operators", run.Output);
        Assert.Matches(@"(?m)^worker BLAS +openBlas 0\.3\.21, Haswell, threads 1", run.Output);
    }

    [Fact]
    public async Task Version_WorkerCannotLoadLibTorch_SaysWhy()
    {
        using var run = new ClientRun();
        run.WriteProgram("Worker", "echo 'LibTorch cannot be loaded: no libtorch_cpu.so' >&2; exit 2");

        Assert.Equal(0, await run.RunAsync("version"));
        Assert.Matches(@"(?m)^worker +LibTorch cannot be loaded", run.Output);
    }
}
