namespace SeqCluster.Tidy.Tests.Documents;

/// <summary>Each thing that a document can quote wrongly is found.</summary>
public sealed class DocumentRulesTests
{
    private static readonly CommandVerbs Verbs = new(DocumentTests.LauncherText());

    [Theory]
    [InlineData("See `src/Worker`.", 0)]
    [InlineData("See `src/Wroker`.", 1)]
    [InlineData("See `src/Wroker` (planned).", 0)]
    [InlineData("*State: planned.*\n\nSee `src/Wroker`.", 0)]
    [InlineData("*State: planned.*\n\n## Next\n\nSee `src/Wroker`.", 1)]
    [InlineData("*State: here.*\n\nSee `src/Wroker`.", 1)]
    [InlineData("See `Loop.cs`.", 0)]
    [InlineData("See `Lop.cs`.", 1)]
    [InlineData("See [the loop](../src/Worker/Loop.cs).", 0)]
    [InlineData("See [the loop](../src/Worker/Lop.cs).", 1)]
    [InlineData("See [elsewhere](https://example.com/x).", 0)]
    public void Check_Path_MustExist(string line, int faults) => AssertFaults(line, faults);

    [Theory]
    [InlineData("`TrainingLoop` trains.", 0)]
    [InlineData("`TrainingLop` trains.", 1)]
    [InlineData("`TrainingLoop.Run()` trains.", 0)]
    [InlineData("`TrainingLoop.Walk` trains.", 1)]
    [InlineData("`GET` and `true` and `x`.", 0)]
    public void Check_Name_MustOccurInTheCode(string line, int faults) => AssertFaults(line, faults);

    [Theory]
    [InlineData("`./seqcluster test --filter NAME`", 0)]
    [InlineData("`./seqcluster test --fliter NAME`", 1)]
    [InlineData("`seqcluster version --json`", 0)]
    [InlineData("`seqcluster verison`", 1)]
    [InlineData("`seqcluster version --jsn`", 1)]
    [InlineData("`seqcluster setup --probe --yes`", 0)]
    [InlineData("`seqcluster --substrate standin test --all`", 0)]
    [InlineData("`seqcluster VERB --help`", 0)]
    [InlineData("```\n./seqcluster tset   # a comment\n```", 1)]
    [InlineData("```\ngit clone x && cd x && ./seqcluster test\n```", 0)]
    public void Check_Command_MustBeUnderstood(string text, int faults) => AssertFaults(text, faults);

    private static void AssertFaults(string text, int faults)
    {
        var rules = new DocumentRules(
            new HashSet<string> { "src/Worker", "src/Worker/Loop.cs" }, Verbs, new HashSet<string> { "TrainingLoop", "Run" });

        Assert.Equal(faults, rules.Check(new SourceFile("docs/X.md", text)).Count());
    }
}
