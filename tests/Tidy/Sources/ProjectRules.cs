using System.Xml.Linq;

namespace SeqCluster.Tidy.Tests.Sources;

/// <summary>Rules about project files and the solution.</summary>
public static class ProjectRules
{
    /// <summary>
    /// What differs between substrates is decided in eng/ alone. A stand-in may say how its native part is built.
    /// </summary>
    public static IEnumerable<Fault> NoConditions(SourceFile project)
    {
        var isStandin = project.IsUnder("standins");
        foreach (var attribute in XDocument.Parse(project.Text, LoadOptions.SetLineInfo).Descendants().Attributes("Condition"))
        {
            if (isStandin && attribute.Parent!.AncestorsAndSelf("Target").Any())
            {
                continue;
            }

            var line = ((System.Xml.IXmlLineInfo)attribute).LineNumber;
            yield return new Fault(project.Path, line, "a condition in a project file: the substrate switch is in eng/");
        }
    }

    /// <summary>`dotnet build` and `dotnet test` on the solution leave nothing out.</summary>
    public static IEnumerable<Fault> IsInSolution(string project, SourceFile solution) =>
        solution.Text.Contains($"\"{project.Replace('/', '\\')}\"", StringComparison.Ordinal)
            ? []
            : [new Fault(project, 0, $"not in {solution.Path}; to mend it: dotnet sln add {project}")];

    /// <summary>Tests are found under tests/ by the launcher.</summary>
    public static IEnumerable<Fault> TestsLieUnderTests(SourceFile project)
    {
        var isTest = project.Path.EndsWith(".Tests.csproj", StringComparison.Ordinal)
            || project.Text.Contains("\"xunit\"", StringComparison.Ordinal)
            || project.Text.Contains("<IsTestProject>true", StringComparison.Ordinal);
        if (isTest != project.IsUnder("tests"))
        {
            yield return new Fault(project.Path, 0, "test projects are named *.Tests.csproj and lie under tests/, and nothing else does");
        }
    }
}
