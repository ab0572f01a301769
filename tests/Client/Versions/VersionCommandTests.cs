using System.Text.Json;

namespace SeqCluster.Client.Tests.Versions;

public sealed class VersionCommandTests
{
    [Fact]
    public void Version_Json_NamesTheSubstrateOfEachPackage()
    {
        var (exitCode, output, error) = CommandLineTests.Run("version", "--json");

        Assert.Equal(0, exitCode);
        Assert.Empty(error);
        using var report = JsonDocument.Parse(output);
        var substrate = report.RootElement.GetProperty("substrate").GetString();
        var packages = report.RootElement.GetProperty("packages").EnumerateObject().ToList();
        Assert.Contains(substrate, new[] { "nuget", "standin" });
        Assert.Equal(4, packages.Count);
        Assert.All(packages, package => Assert.Equal(substrate, package.Value.GetString()));
        Assert.Matches(@"^\d+\.\d+\.\d+", report.RootElement.GetProperty("version").GetString());
        Assert.StartsWith(".NET 10.", report.RootElement.GetProperty("runtime").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    public void Version_Text_NamesVersionSubstrateAndRuntime(string word)
    {
        var (exitCode, output, _) = CommandLineTests.Run(word);

        Assert.Equal(0, exitCode);
        Assert.Matches(@"(?m)^SeqCluster +\d+\.\d+\.\d+", output);
        Assert.Matches(@"(?m)^substrate +(nuget|standin)$", output);
        Assert.Matches(@"(?m)^  MessagePack +(nuget|standin)$", output);
        Assert.Matches(@"(?m)^runtime +\.NET", output);
    }
}
