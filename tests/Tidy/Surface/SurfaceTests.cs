using Xunit.Abstractions;

namespace SeqCluster.Tidy.Tests.Surface;

/// <summary>The stand-ins as they are, held to their lists and to their size.</summary>
public sealed class SurfaceTests(ITestOutputHelper output)
{
    // Below this the product is young, and a stand-in may be the larger of the two.
    private const int ProductLinesMinimum = 15_000;

    [StandinFact]
    public void Standins_EveryMember_IsListedAndUsed()
    {
        // The conformance suite counts as a user: it is what holds a member to the original.
        var users = BuiltAssemblies.ProjectsUnder("src", "bench", "tests").Select(BuiltAssemblies.Of).ToList();

        Fault.AssertNone(BuiltAssemblies.ProjectsUnder("standins").SelectMany(project =>
        {
            var surface = StandinSurface.Read(BuiltAssemblies.Of(project));
            return SurfaceRule.Check(ListOf(project), surface, SurfaceUse.Of(surface, users));
        }));
    }

    [Fact]
    public void Standins_EachOne_IsSmallerThanTheProduct()
    {
        var product = LinesUnder("src");
        output.WriteLine($"src: {product} lines");
        foreach (var standin in Repository.Folders.Where(folder => folder.StartsWith("standins/", StringComparison.Ordinal) && folder.Split('/').Length == 2))
        {
            var lines = LinesUnder(standin);
            output.WriteLine($"{standin}: {lines} lines");
            Assert.True(product <= ProductLinesMinimum || lines < product, $"{standin}: {lines} lines, the product has {product}");
        }
    }

    // TorchSharp's list lies beside its two halves.
    private static SourceFile ListOf(string project)
    {
        var standin = string.Join('/', project.Split('/')[..2]);
        return Repository.Texts.SingleOrDefault(file => file.IsUnder(standin) && file.Name == "surface.txt")
            ?? new SourceFile($"{standin}/surface.txt", string.Empty);
    }

    private static int LinesUnder(string folder) => Repository.Texts
        .Where(file => file.IsUnder(folder) && Path.GetExtension(file.Path) is (".cs" or ".cpp" or ".h"))
        .Sum(file => file.Lines.Count);
}
