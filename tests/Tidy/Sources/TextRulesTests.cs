namespace SeqCluster.Tidy.Tests.Sources;

/// <summary>Each rule about text can fail, and each of its exceptions holds.</summary>
public sealed class TextRulesTests
{
    private const string Host = "mcr" + ".microsoft.com";
    private const string Undone = "TO" + "DO";

    [Theory]
    [InlineData("README.md", "See https://" + Host + "/x", 1)]
    [InlineData("k8s/base/Dockerfile", "FROM " + Host + "/dotnet/aspnet", 1)]
    [InlineData("k8s/base/Dockerfile", "ARG BASE=" + Host + "/dotnet/aspnet\nFROM ${BASE}", 0)]
    [InlineData("README.md", "See https://learn.microsoft.com/dotnet", 0)]
    public void NoRegistryHosts_Host_IsFound(string path, string text, int faults) =>
        Assert.Equal(faults, TextRules.NoRegistryHosts(new SourceFile(path, text)).Count());

    [Theory]
    [InlineData("a.cs", "a\n\tb\n", 1)]
    [InlineData("a.cs", "a \nb\n", 1)]
    [InlineData("a.sln", "\ta\n", 0)]
    [InlineData("a.cs", "a\n\n    b\n", 0)]
    public void CleanWhitespace_TabOrTrailingSpace_IsFound(string path, string text, int faults) =>
        Assert.Equal(faults, TextRules.CleanWhitespace(new SourceFile(path, text)).Count());

    [Theory]
    [InlineData("// " + Undone + ": later", 1)]
    [InlineData("// " + Undone + ": pin the clock, because the kernel here has none", 0)]
    public void UndoneHasReason_Mark_NeedsOne(string text, int faults) =>
        Assert.Equal(faults, TextRules.UndoneHasReason(new SourceFile("a.cs", text)).Count());

    [Theory]
    [InlineData("src/Worker/A.cs", "// works on the stand-in too", 1)]
    [InlineData("src/Worker/A.cs", "if (substrate == \"standin\")", 1)]
    [InlineData("src/Worker/A.cs", "// understanding", 0)]
    [InlineData("tests/Worker/A.cs", "// the stand-in", 0)]
    public void NoMentionOfStandins_Mention_IsFound(string path, string text, int faults) =>
        Assert.Equal(faults, TextRules.NoMentionOfStandins(new SourceFile(path, text)).Count());

    [Theory]
    [InlineData("src/Worker/Helpers", 1)]
    [InlineData("src/common", 1)]
    [InlineData("src/Worker/ShardReading", 0)]
    [InlineData("standins/Orleans/Services", 0)]
    public void FoldersAreCapabilities_TechnicalKind_IsFound(string folder, int faults) =>
        Assert.Equal(faults, TextRules.FoldersAreCapabilities(folder).Count());
}
