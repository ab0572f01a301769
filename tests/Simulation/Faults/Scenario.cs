using SeqCluster.Simulation.Tests.Workers;

namespace SeqCluster.Simulation.Tests.Faults;

/// <summary>A schedule in which something certain happens.</summary>
/// <param name="Workers">How many there are at first.</param>
internal sealed record Scenario(ToyJob Job, int Workers, IReadOnlyList<TimedFault> Faults);
