namespace SeqCluster.Tidy.Tests.Sources;

/// <summary>Each rule about C# can fail, and at the edge does not.</summary>
public sealed class CSharpRulesTests
{
    [Theory]
    [InlineData(400, 0)]
    [InlineData(401, 1)]
    public void FileLength_AtTheLimit_Holds(int lines, int faults) =>
        Assert.Equal(faults, CSharpRules.FileLength(Source(string.Concat(Enumerable.Repeat("// x\n", lines)))).Count());

    [Theory]
    [InlineData(70, 0)]
    [InlineData(71, 1)]
    public void MethodLength_AtTheLimit_Holds(int lines, int faults)
    {
        // The signature and the two braces are three of them.
        var body = string.Concat(Enumerable.Repeat("        M();\n", lines - 3));
        var source = $"class C\n{{\n    /// <summary>Text.</summary>\n    [System.Obsolete]\n    void M()\n    {{\n{body}    }}\n}}\n";

        Assert.Equal(faults, CSharpRules.MethodLength(Source(source)).Count());
    }

    [Fact]
    public void MethodLength_BracesInsideStrings_DoNotCount()
    {
        var body = string.Concat(Enumerable.Repeat("        var s = \"}{\";\n", 71));

        var fault = Assert.Single(CSharpRules.MethodLength(Source($"class C\n{{\n    void M()\n    {{\n{body}    }}\n    void N() {{ }}\n}}\n")));

        Assert.Equal(3, fault.Line);
    }

    [Theory]
    [InlineData("src/Worker/A.cs", 1)]
    [InlineData("src/Models/A.cs", 0)]
    [InlineData("tests/Worker/A.cs", 0)]
    public void OnePublicType_SecondType_IsFoundInTheProductButModels(string path, int faults) =>
        Assert.Equal(faults, CSharpRules.OnePublicType(new SourceFile(path, "public class A { public enum E { X } }\ninternal class I;\npublic enum B { X }\n")).Count());

    [Theory]
    [InlineData("public sealed class A { }", 1)]
    [InlineData("/// <summary>Does it.</summary>\npublic sealed class A { }", 0)]
    [InlineData("/// <summary>Does it.</summary>\npublic sealed class A { public record B; }", 1)]
    [InlineData("// Not documentation.\npublic delegate void D();", 1)]
    [InlineData("internal sealed class A { public record B; }", 0)]
    public void PublicTypesHaveDocs_Type_NeedsThem(string source, int faults) =>
        Assert.Equal(faults, CSharpRules.PublicTypesHaveDocs(Source(source)).Count());

    [Theory]
    [InlineData("#if DEBUG\nclass A;\n#endif\n", 1)]
    [InlineData("// #if DEBUG\nclass A { string s = \"#if\"; }\n", 0)]
    public void NoConditionalCompilation_Directive_IsFound(string source, int faults) =>
        Assert.Equal(faults, CSharpRules.NoConditionalCompilation(Source(source)).Count());

    private static SourceFile Source(string text) => new("src/Worker/Snippet.cs", text);
}
