namespace SeqCluster.Tidy.Tests.Sources;

/// <summary>Each rule about projects can fail.</summary>
public sealed class ProjectRulesTests
{
    [Theory]
    [InlineData("src/A/A.csproj", "<Project><ItemGroup Condition=\"x\" /></Project>", 1)]
    [InlineData("standins/A/A.csproj", "<Project><ItemGroup Condition=\"x\" /></Project>", 1)]
    [InlineData("standins/A/A.csproj", "<Project><Target Name=\"Native\"><Exec Condition=\"x\" /></Target></Project>", 0)]
    [InlineData("src/A/A.csproj", "<Project><ItemGroup /></Project>", 0)]
    public void NoConditions_Condition_IsFound(string path, string text, int faults) =>
        Assert.Equal(faults, ProjectRules.NoConditions(new SourceFile(path, text)).Count());

    [Theory]
    [InlineData("src/A/A.csproj", 0)]
    [InlineData("src/B/B.csproj", 1)]
    public void IsInSolution_MissingProject_IsFound(string project, int faults) =>
        Assert.Equal(faults, ProjectRules.IsInSolution(project, new SourceFile("x.sln", "\"A\", \"src\\A\\A.csproj\"")).Count());

    [Theory]
    [InlineData("src/A/A.Tests.csproj", "<Project />", 1)]
    [InlineData("src/A/A.csproj", "<PackageReference Include=\"xunit\" />", 1)]
    [InlineData("tests/A/A.csproj", "<Project />", 1)]
    [InlineData("tests/A/A.Tests.csproj", "<Project />", 0)]
    public void TestsLieUnderTests_Elsewhere_IsFound(string path, string text, int faults) =>
        Assert.Equal(faults, ProjectRules.TestsLieUnderTests(new SourceFile(path, text)).Count());
}
