using System.Text.RegularExpressions;
using SeqCluster.Simulation.Tests.Faults;
using Xunit.Abstractions;

namespace SeqCluster.Simulation.Tests;

/// <summary>The simulation can fail: each planted mistake is found, by what it breaks, within the suite's number of schedules.</summary>
public sealed class DefectTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Defect.UpdatesEarly, "has other bits")]
    [InlineData(Defect.AcceptsOldGenerations, "has other bits|outside the bounds")]
    [InlineData(Defect.CountsSuperseded, "counts twice")]
    [InlineData(Defect.JoinsWithoutReports, "parts of steps are in the ledger")]
    [InlineData(Defect.FormsWhileOldLives, "generation")]
    internal void Planted_IsFound(Defect defect, string account)
    {
        for (int seed = 1; seed <= Runs.SuiteSchedules; seed++)
        {
            if (Runs.FaultOf(seed, defect) is { } fault)
            {
                // What breaks first may be a consequence of it.
                output.WriteLine($"seed {seed}: {fault}");
                if (Regex.IsMatch(fault, account))
                {
                    return;
                }
            }
        }

        Assert.Fail($"{defect} was not found in {Runs.SuiteSchedules} schedules");
    }
}
