using SeqCluster.Contracts.Metrics;
using SeqCluster.Simulation.Tests.Checking;
using SeqCluster.Simulation.Tests.Faults;
using SeqCluster.Simulation.Tests.Kernel;

namespace SeqCluster.Simulation.Tests.Silo;

/// <summary>
/// What outlives a silo: one record for each grain, written only by who knows the version that is there; and the step reports. A
/// write takes time, and the silo may die before it, or after it and before anybody acts on it.
/// </summary>
internal sealed class SimulatedStore(World world)
{
    private readonly Simulator simulator = world.Simulator;
    private readonly Dictionary<string, (object State, int Version)> records = [];

    /// <summary>Called with each record that becomes permanent.</summary>
    public event Action<string, object>? Written;

    /// <summary>How often a write fails.</summary>
    public double FaultProbability { get; set; }

    /// <summary>Reports of steps by (attempt, generation, step): the first one stays.</summary>
    public Dictionary<(int Attempt, int Generation, int Step), StepReport> StepReports { get; } = [];

    public (T? State, int Version) Read<T>(string key)
        where T : class => records.TryGetValue(key, out (object State, int Version) found) ? ((T)found.State, found.Version) : (null, 0);

    /// <exception cref="StaleWriteException">Somebody else has written since.</exception>
    /// <exception cref="IOException">The store failed; nothing was written.</exception>
    public async Task<int> Write(Life life, string key, object state, int version)
    {
        await Pass(life, Point.BeforeWrite);
        if (simulator.Chance(FaultProbability))
        {
            throw new IOException($"{key}: the store failed");
        }

        int there = records.TryGetValue(key, out (object State, int Version) found) ? found.Version : 0;
        if (there != version)
        {
            throw new StaleWriteException($"{key}: version {there} is stored, {version} was read");
        }

        records[key] = (state, version + 1);
        Written?.Invoke(key, state);
        await Pass(life, Point.AfterWrite);
        return version + 1;
    }

    private async Task Pass(Life life, Point point)
    {
        if (world.Faults.Strikes(point))
        {
            world.KillSilo(simulator.Between(100, 10_000));
            await new TaskCompletionSource().Task;
        }

        await life.Delay(simulator.Between(0.1, 2));
    }
}

/// <summary>Another activation has written: this one's memory is out of date.</summary>
internal sealed class StaleWriteException(string message) : Exception(message);
