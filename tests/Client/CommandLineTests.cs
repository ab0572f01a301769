using System.CommandLine;
using SeqCluster.Client.Commands;

namespace SeqCluster.Client.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("verison", "version")]
    [InlineData("version --jsn", "--json")]
    [InlineData("submt x.yaml", "submit")]
    [InlineData("data prepar", "prepare")]
    public async Task Run_MisspelledWord_IsRefusedWithASuggestion(string line, string suggestion)
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(line.Split(' ')));
        Assert.Empty(run.Output);
        Assert.Contains(suggestion, run.Error.Replace(line, string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("show")]
    [InlineData("run")]
    [InlineData("run x.yaml --workers 0")]
    [InlineData("run x.yaml --workers two")]
    [InlineData("dev --workers 1000")]
    [InlineData("generate")]
    [InlineData("generate some-job --checkpoint x")]
    [InlineData("generate some-job --tokens 0")]
    [InlineData("generate some-job --temperature -1")]
    [InlineData("data prepare")]
    [InlineData("data prepare --path x --tokenizer words")]
    [InlineData("data prepare --path x --validation-fraction 0.9")]
    [InlineData("data fetch everything")]
    public async Task Run_FaultyLine_IsRefusedOnTheErrorStream(string line)
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Empty(run.Output);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task Run_RootHelp_ListsEveryVerb()
    {
        using var run = new ClientRun();

        Assert.Equal(ExitCodes.Done, await run.RunAsync("--help"));
        Assert.Contains("seqcluster", run.Output, StringComparison.Ordinal);
        Assert.All(
            CommandLine.CreateRoot(run.Environment).Subcommands,
            verb => Assert.Contains("  " + verb.Name, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_HelpOfAnyVerb_EndsInAnExampleOfThatVerb()
    {
        using var run = new ClientRun();
        foreach (var path in VerbPaths(CommandLine.CreateRoot(run.Environment), []))
        {
            using var help = new ClientRun();

            Assert.Equal(ExitCodes.Done, await help.RunAsync([.. path, "--help"]));
            Assert.Contains($"  seqcluster {string.Join(' ', path)}", help.Output[help.Output.IndexOf("Example:", StringComparison.Ordinal)..], StringComparison.Ordinal);
            Assert.Contains("--json", help.Output, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string[]> VerbPaths(Command command, string[] path) =>
        command.Subcommands.SelectMany(child => VerbPaths(child, [.. path, child.Name])).Concat(command is Verb ? [path] : []);
}
