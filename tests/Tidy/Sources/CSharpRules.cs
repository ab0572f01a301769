using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SeqCluster.Tidy.Tests.Sources;

/// <summary>Rules about one C# file; each is told from its syntax alone.</summary>
public static class CSharpRules
{
    private const int FileLinesMaximum = 400;
    private const int MethodLinesMaximum = 70;

    /// <summary>A file that no longer fits a head is two files.</summary>
    public static IEnumerable<Fault> FileLength(SourceFile file)
    {
        var lines = file.Text.TrimEnd('\n').Split('\n').Length;
        if (lines > FileLinesMaximum)
        {
            yield return new Fault(file.Path, 0, $"{lines} lines: at most {FileLinesMaximum}; split it by what it is responsible for");
        }
    }

    /// <summary>Methods, constructors, accessors and operators; their documentation and attributes do not count.</summary>
    public static IEnumerable<Fault> MethodLength(SourceFile file)
    {
        foreach (var member in Parse(file).DescendantNodes())
        {
            if (member is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax))
            {
                continue;
            }

            var attributes = member.ChildNodes().OfType<AttributeListSyntax>().LastOrDefault();
            var first = (attributes?.GetLastToken().GetNextToken() ?? member.GetFirstToken()).GetLocation().GetLineSpan().StartLinePosition.Line;
            var lines = member.GetLocation().GetLineSpan().EndLinePosition.Line - first + 1;
            if (lines > MethodLinesMaximum)
            {
                yield return new Fault(file.Path, first + 1, $"a method of {lines} lines: at most {MethodLinesMaximum}");
            }
        }
    }

    /// <summary>One public type a file; a model may keep its configuration beside it.</summary>
    public static IEnumerable<Fault> OnePublicType(SourceFile file)
    {
        if (!file.IsUnder("src") || file.IsUnder("src/Models"))
        {
            return [];
        }

        return PublicTypes(file)
            .Where(type => type.Parent is not BaseTypeDeclarationSyntax)
            .Skip(1)
            .Select(type => FaultAt(file, type, "a second public type in one file: give it a file of its own name"));
    }

    /// <summary>A public type opens with what it is responsible for.</summary>
    public static IEnumerable<Fault> PublicTypesHaveDocs(SourceFile file)
    {
        if (!file.IsUnder("src"))
        {
            return [];
        }

        // The parts of a partial type share one text, in whichever file the author put it.
        return PublicTypes(file)
            .Where(type => !type.Modifiers.Any(SyntaxKind.PartialKeyword) || !file.Name.Contains(".Log.", StringComparison.Ordinal))
            .Where(type => !type.GetLeadingTrivia().Any(trivia => trivia.HasStructure && trivia.GetStructure() is DocumentationCommentTriviaSyntax))
            .Select(type => FaultAt(file, type, "a public type without documentation: say what it is responsible for, and what it never does"));
    }

    /// <summary>No conditional compilation in the product: what differs is chosen by the build.</summary>
    public static IEnumerable<Fault> NoConditionalCompilation(SourceFile file) =>
        !file.IsUnder("src")
            ? []
            : Parse(file).DescendantTrivia(descendIntoTrivia: true)
                .Where(trivia => trivia.IsKind(SyntaxKind.IfDirectiveTrivia))
                .Select(trivia => new Fault(file.Path, LineOf(trivia.GetLocation()), "conditional compilation: the product is one source for both substrates"));

    private static SyntaxNode Parse(SourceFile file) =>
        CSharpSyntaxTree.ParseText(file.Text, new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.Parse)).GetRoot();

    private static IEnumerable<MemberDeclarationSyntax> PublicTypes(SourceFile file) =>
        Parse(file).DescendantNodes()
            .Where(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
            .Cast<MemberDeclarationSyntax>()
            .Where(type => type.Modifiers.Any(SyntaxKind.PublicKeyword))
            .Where(type => type.Ancestors().OfType<BaseTypeDeclarationSyntax>().All(outer => outer.Modifiers.Any(SyntaxKind.PublicKeyword)));

    private static Fault FaultAt(SourceFile file, SyntaxNode node, string message) =>
        new(file.Path, LineOf(node.GetLocation()), message);

    private static int LineOf(Location location) => location.GetLineSpan().StartLinePosition.Line + 1;
}
