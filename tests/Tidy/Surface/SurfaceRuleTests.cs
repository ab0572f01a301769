using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SeqCluster.Tidy.Tests.Surface;

/// <summary>The surface rule can fail in each of its ways, on small assemblies that are compiled here.</summary>
public sealed class SurfaceRuleTests : IDisposable
{
    private const string Standin = """
        namespace N;
        public interface IBase { void Call(); }
        public interface IDerived : IBase { }
        public enum E { A, B }
        public class Box<T> where T : IBase
        {
            public const int Constant = 1;
            public T Value { get; set; }
            public void Overloaded() { }
            public void Overloaded(int x) { }
            protected virtual void Hook() { }
            public override string ToString() => "";
            internal void Hidden() { }
            public class Inner { public static Inner operator +(Inner a, Inner b) => a; }
        }
        public record Pair(int Left, int Right);
        public class MarkAttribute : System.Attribute { public string Name { get; set; } }
        public static class Limits { public const int Few = 3; }
        public static class Extensions { public static int Twice(this int x) => x + x; }
        """;

    private static readonly string[] Members =
    [
        "N.IBase", "N.IBase.Call", "N.IDerived", "N.E", "N.Box", "N.Box.Value", "N.Box.Overloaded", "N.Box.Hook", "N.Box.Inner",
        "N.Box.Inner.op_Addition", "N.Pair", "N.Pair.Left", "N.Pair.Right", "N.Extensions", "N.Extensions.Twice", "N.MarkAttribute",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("seqcluster-").FullName;

    [Fact]
    public void Read_Assembly_FindsWhatIsWrittenByHandAndVisible()
    {
        var surface = StandinSurface.Read(Compile("Standin", Standin));

        Assert.Equal(Members.Order(StringComparer.Ordinal), surface.Required.Order(StringComparer.Ordinal));
        Assert.Superset(new HashSet<string> { "N.Box..ctor", "N.Box.Constant", "N.Box.ToString", "N.E.A", "N.Limits", "N.Limits.Few", "N.MarkAttribute.Name" }, surface.Optional.ToHashSet());
    }

    [Fact]
    public void Check_EverythingListedAndUsed_HasNoFault() =>
        Assert.Empty(Check("# https://example.com/page\n" + string.Join('\n', Members), """
            using N;
            [Mark(Name = "use")]
            class Use<T> : Box<T> where T : IDerived
            {
                protected override void Hook() { Value.Call(); Value = Value; Overloaded(1); }
                static E Mode(Box<T>.Inner i) { _ = i + i; return E.B; }
                static int Sum(Pair p) => p.Left.Twice() + p.Right;
            }
            """));

    [Theory]
    [InlineData("N.Extensions.Twice", "static class Use { }", "used by nothing")]
    [InlineData("N.Box.Hook", "class Use : N.Box<N.IBase> { }", "used by nothing")]
    [InlineData("N.IBase.Call", "class Use { N.IDerived d; }", "used by nothing")]
    public void Check_UnusedMember_IsFound(string member, string use, string message) =>
        Assert.Contains(Check("# https://example.com/page\n" + string.Join('\n', Members), use), fault => fault.StartsWith($"surface.txt: {member}: {message}", StringComparison.Ordinal));

    [Fact]
    public void Check_Implementation_CountsAsUse() =>
        Assert.DoesNotContain(
            Check(string.Empty, "abstract class Own : N.IDerived { public virtual void Call() { } }"),
            fault => fault.Contains("N.IBase.Call: used", StringComparison.Ordinal) || fault.Contains("N.IBase: used", StringComparison.Ordinal));

    [Theory]
    [InlineData("", "surface.txt: N.Pair.Left: public in Standin and not listed")]
    [InlineData("# https://example.com\nN.Gone", "surface.txt:2: N.Gone: Standin has no such public member")]
    [InlineData("# https://example.com\nN.Pair\nN.Pair", "surface.txt:3: N.Pair: listed twice")]
    [InlineData("N.Pair", "surface.txt:1: N.Pair: under no documentation page")]
    [InlineData("# pairs\nN.Pair", "surface.txt:2: N.Pair: under no documentation page")]
    public void Check_FaultyList_IsFound(string list, string fault) =>
        Assert.Contains(Check(list, "class Use { }"), found => found.StartsWith(fault, StringComparison.Ordinal));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private List<string> Check(string list, string use)
    {
        var standin = Compile("Standin", Standin);
        var surface = StandinSurface.Read(standin);
        var used = SurfaceUse.Of(surface, [Compile("Use", use, standin)]);
        return [.. SurfaceRule.Check(new SourceFile("surface.txt", list), surface, used).Select(fault => fault.ToString())];
    }

    private string Compile(string name, string source, params string[] references)
    {
        var path = Path.Combine(_folder, name + ".dll");
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string[] all = [Path.Combine(framework, "System.Runtime.dll"), typeof(object).Assembly.Location, .. references];
        var result = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(source)],
            all.Select(reference => MetadataReference.CreateFromFile(reference)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(path);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return path;
    }
}
