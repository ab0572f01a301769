using System.Xml.Linq;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Client.Tests.Commands;

public sealed class ShowCommandTests
{
    [Fact]
    public async Task Show_WithPlot_DrawsBothLosses()
    {
        using var run = new ClientRun();
        await using var silo = await FakeSilo.StartAsync();
        silo.Metrics.Clear();
        silo.Metrics.AddRange(Enumerable.Range(1, 40).Select(step => new JobMetric(step, step, "train/loss", 4.0 / step)));
        silo.Metrics.Add(new JobMetric(41, 20, "validation/loss", 1.5));
        silo.Metrics.Add(new JobMetric(42, 40, "validation/loss", 1.25));

        Assert.Equal(ExitCodes.Done, await run.RunAsync(silo, "show", Samples.JobId, "--plot", "losses.svg"));
        var drawing = XDocument.Parse(File.ReadAllText(Path.Combine(run.Folder.Path, "losses.svg")));
        Assert.Equal([40, 2], drawing.Descendants("{http://www.w3.org/2000/svg}polyline").Select(curve => curve.Attribute("points")!.Value.Split(' ').Length));
    }

    [Fact]
    public async Task Show_PlotWithoutALoss_IsWrongInput()
    {
        using var run = new ClientRun();
        await using var silo = await FakeSilo.StartAsync();
        silo.Metrics.Clear();

        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(silo, "show", Samples.JobId, "--plot", "losses.svg"));
        Assert.Contains("no loss yet", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync(silo, "show", Samples.JobId, "--plot", "losses.png"));
        Assert.Contains("must end in .svg", run.Error, StringComparison.Ordinal);
    }
}
