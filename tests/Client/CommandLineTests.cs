namespace SeqCluster.Client.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("verison", "version")]
    [InlineData("version --jsn", "--json")]
    public void Run_MisspelledWord_IsRefusedWithASuggestion(string line, string suggestion)
    {
        var (exitCode, output, error) = Run(line.Split(' '));

        Assert.Equal(CommandLine.UsageError, exitCode);
        Assert.Empty(output);
        Assert.Contains(suggestion, error.Replace(line, string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NoVerb_IsRefused()
    {
        var (exitCode, output, error) = Run([]);

        Assert.Equal(CommandLine.UsageError, exitCode);
        Assert.Empty(output);
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Run_RootHelp_ListsEveryVerb()
    {
        var (exitCode, output, _) = Run(["--help"]);

        Assert.Equal(0, exitCode);
        Assert.Contains("seqcluster", output, StringComparison.Ordinal);
        Assert.All(
            CommandLine.CreateRoot().Subcommands,
            verb => Assert.Contains("  " + verb.Name, output, StringComparison.Ordinal));
    }

    internal static (int ExitCode, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = CommandLine.Run(args, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
