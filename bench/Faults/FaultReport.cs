using System.Globalization;
using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Faults;

/// <summary>A worker process says that it is at a point, and does now what it was ordered to do there.</summary>
/// <param name="WorkerId">Its name.</param>
/// <param name="ProcessId">Its number.</param>
/// <param name="Action">What it does.</param>
/// <param name="Point">Where it is.</param>
/// <param name="Step">In which step.</param>
/// <param name="Generation">The last one that it joined.</param>
/// <param name="At">The time, of <see cref="System.Diagnostics.Stopwatch"/>: one clock for all processes of a machine.</param>
internal sealed record FaultReport(string WorkerId, int ProcessId, FaultAction Action, FaultPoint Point, int Step, int Generation, long At)
{
    /// <summary>Reads the words of a line; null when they are none.</summary>
    public static FaultReport? Read(string workerId, int processId, string line) =>
        line.Split(' ') is ["at", var action, var point, var step, var generation, var at]
            ? new FaultReport(
                workerId, processId, Enum.Parse<FaultAction>(action), Enum.Parse<FaultPoint>(point), int.Parse(step, CultureInfo.InvariantCulture),
                int.Parse(generation, CultureInfo.InvariantCulture), long.Parse(at, CultureInfo.InvariantCulture))
            : null;
}
