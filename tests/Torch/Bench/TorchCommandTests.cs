using System.Text.Json;
using SeqCluster.Bench.Measurement;
using SeqCluster.Bench.Training;

namespace SeqCluster.Torch.Tests.Bench;

public sealed class TorchCommandTests
{
    [Fact]
    public async Task Torch_NoPython_SaysWhatToInstallAndExitsWith2()
    {
        var outcome = await PinnedProcess.RunAsync(
            Contender.Ours.File, ["torch", "--python", "/nonexistent/python3", "--json"], null, default);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("/nonexistent/python3", outcome.Error);
        Assert.Contains("python3-torch", outcome.Error);
        Assert.Empty(outcome.FirstLine);
    }

    [Fact]
    public void Json_OneRow_IsOneLineWithNameAndRatio()
    {
        var report = new ComparisonReport([(Row.All[0], PairedRatio.Of([1, 2, 3], [2, 2, 2]))], new Dictionary<string, TaskReport>());

        var json = report.Json();

        Assert.DoesNotContain('\n', json);
        var row = Assert.Single(JsonDocument.Parse(json).RootElement.GetProperty("rows").EnumerateArray());
        Assert.Equal(Row.All[0].Name, row.GetProperty("name").GetString());
        Assert.Equal(1.0, row.GetProperty("ratio").GetDouble());
    }

    [Theory]
    [InlineData(0.1, 1.1, false)]
    [InlineData(4.0, 1.1, true)]
    [InlineData(0.1, 4.0, true)]
    public void Markdown_ForeignLoad_SaysThatTheMachineWasBusy(double before, double after, bool busy)
    {
        var report = new ComparisonReport([(Row.All[0], PairedRatio.Of([1], [2]))], new Dictionary<string, TaskReport>());

        var document = report.Markdown(new ComparisonOptions([Row.All[0]], 1, 2, 6, 1), before, after);

        Assert.Equal(busy, document.Contains("busy machine", StringComparison.Ordinal));
    }
}
