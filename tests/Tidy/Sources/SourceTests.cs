namespace SeqCluster.Tidy.Tests.Sources;

/// <summary>The repository as it is, held to the rules.</summary>
public sealed class SourceTests
{
    private static readonly IReadOnlyList<SourceFile> Code =
        [.. Repository.Texts.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal))];

    private static readonly IReadOnlyList<SourceFile> Projects =
        [.. Repository.Texts.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal))];

    [Fact]
    public void Code_EveryFile_FitsAHead() => Fault.AssertNone(Code.SelectMany(CSharpRules.FileLength));

    [Fact]
    public void Code_EveryMethod_FitsAScreen() => Fault.AssertNone(Code.SelectMany(CSharpRules.MethodLength));

    [Fact]
    public void Product_EveryFile_HoldsOnePublicType() => Fault.AssertNone(Code.SelectMany(CSharpRules.OnePublicType));

    [Fact]
    public void Product_EveryPublicType_SaysWhatItIsFor() => Fault.AssertNone(Code.SelectMany(CSharpRules.PublicTypesHaveDocs));

    [Fact]
    public void Product_NoFile_IsCompiledConditionally() => Fault.AssertNone(Code.SelectMany(CSharpRules.NoConditionalCompilation));

    [Fact]
    public void Product_NoFile_NamesAStandin() => Fault.AssertNone(Code.SelectMany(TextRules.NoMentionOfStandins));

    [Fact]
    public void Texts_NoFile_NamesARegistry() => Fault.AssertNone(Repository.Texts.SelectMany(TextRules.NoRegistryHosts));

    [Fact]
    public void Texts_EveryLine_IsFreeOfTabsAndTrailingSpaces() =>
        Fault.AssertNone(Repository.Texts.SelectMany(TextRules.CleanWhitespace));

    [Fact]
    public void Texts_WhatIsUndone_SaysWhy() =>
        Fault.AssertNone(Repository.Texts.Where(file => !file.Path.EndsWith(".md", StringComparison.Ordinal)).SelectMany(TextRules.UndoneHasReason));

    [Fact]
    public void Folders_EveryOne_IsNamedAfterACapability() =>
        Fault.AssertNone(Repository.Folders.SelectMany(TextRules.FoldersAreCapabilities));

    [Fact]
    public void Projects_NoOne_HasConditions() => Fault.AssertNone(Projects.SelectMany(ProjectRules.NoConditions));

    [Fact]
    public void Projects_EveryOne_IsInTheSolution()
    {
        var solution = Repository.Read("SeqCluster.sln");
        Fault.AssertNone(Projects.SelectMany(project => ProjectRules.IsInSolution(project.Path, solution)));
    }

    [Fact]
    public void Projects_WithTests_LieUnderTests() => Fault.AssertNone(Projects.SelectMany(ProjectRules.TestsLieUnderTests));
}
