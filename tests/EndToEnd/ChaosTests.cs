using System.Diagnostics;
using System.Text.Json;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>A quarter of a minute of <c>seqcluster chaos</c>, which itself compares hashes and looks for hangs and leftovers.</summary>
public sealed class ChaosTests
{
    private const int LeastKills = 2;

    [TorchFact]
    public async Task Chaos_OfAFixedSeed_ChangesNoBitAndLeavesNothing()
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Bench", configuration, "SeqCluster.Bench.dll"));
        var start = new ProcessStartInfo("dotnet", [program, "chaos", "--minutes", "0.25", "--seed", "7", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var chaos = Process.Start(start)!;
        var (output, progress) = (chaos.StandardOutput.ReadToEndAsync(), chaos.StandardError.ReadToEndAsync());
        using var late = new CancellationTokenSource(Cluster.Deadline);
        try
        {
            await chaos.WaitForExitAsync(late.Token);
        }
        finally
        {
            chaos.Kill(entireProcessTree: true);
        }

        Assert.True(chaos.ExitCode == 0, $"{await output}\n{await progress}");
        var result = JsonDocument.Parse((await output).TrimEnd().Split('\n')[^1]).RootElement;
        Assert.True(result.GetProperty("kills").GetInt32() >= LeastKills, await progress);
        Assert.True(result.GetProperty("jobs").GetInt32() >= 1 && result.GetProperty("generations").GetInt32() > LeastKills, await progress);
        Assert.Equal(result.GetProperty("jobs").GetInt32() + 1, result.GetProperty("audits").GetInt32());
        Assert.True(result.GetProperty("metrics").GetInt32() > 900, await progress);
        Assert.Equal(0, result.GetProperty("faults").GetArrayLength());
    }
}
