namespace SeqCluster.Simulation.Tests.Kernel;

/// <summary>Something that must always hold does not.</summary>
internal sealed class SimulationException(string message) : Exception(message);
