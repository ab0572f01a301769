using System.Globalization;
using SeqCluster.Simulation.Tests.Checking;
using SeqCluster.Simulation.Tests.Faults;
using SeqCluster.Simulation.Tests.Kernel;

namespace SeqCluster.Simulation.Tests;

/// <summary>Runs schedules by their seeds, and tells of one that fails how to see it again.</summary>
internal static class Runs
{
    /// <summary>Runs this one seed only, and tells what happened in it.</summary>
    public const string SeedVariable = "SEQCLUSTER_SIMULATION_SEED";

    /// <summary>Runs so many schedules instead of the suite's number.</summary>
    public const string SchedulesVariable = "SEQCLUSTER_SIMULATION_SCHEDULES";

    /// <summary>In the suite.</summary>
    public const int SuiteSchedules = 2000;

    private const int TraceLines = 200;

    public static int FirstSeed => Read(SeedVariable) ?? 1;

    public static int Count => Read(SeedVariable) is not null ? 1 : Read(SchedulesVariable) ?? SuiteSchedules;

    /// <summary>Every schedule holds.</summary>
    public static void Require(int first, int count)
    {
        for (int seed = first; seed < first + count; seed++)
        {
            if (FaultOf(seed, Defect.None) is { } fault)
            {
                Assert.Fail($"seed {seed}: {fault}{Environment.NewLine}To see it again: {SeedVariable}={seed} ./seqcluster test --filter Schedules_{Environment.NewLine}{TraceOf(seed)}");
            }
        }
    }

    /// <summary>What is wrong in a schedule; null when nothing is.</summary>
    public static string? FaultOf(int seed, Defect defect)
    {
        try
        {
            new World(seed, defect, isTraced: false).Run();
            return null;
        }
        catch (SimulationException fault)
        {
            return fault.Message;
        }
    }

    private static string TraceOf(int seed)
    {
        var world = new World(seed, Defect.None, isTraced: true);
        try
        {
            world.Run();
        }
        catch (SimulationException)
        {
            // It is what is told.
        }

        return string.Join(Environment.NewLine, world.Simulator.Trace!.TakeLast(TraceLines));
    }

    private static int? Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
}
