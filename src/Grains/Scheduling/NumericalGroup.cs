using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Grains.Scheduling;

/// <summary>Which workers may compute one job together: those for which <see cref="Of"/> is the same.</summary>
public static class NumericalGroup
{
    /// <summary>What the job's bits depend on, as far as the worker decides it.</summary>
    public static string Of(WorkerOffer worker, WorkerDemand demand) => demand.Numerics switch
    {
        Numerics.Portable => worker.PortableFingerprint,
        Numerics.Any => "",
        _ => worker.Fingerprint,
    };

    /// <summary>Whether the worker can compute as the job wants at all.</summary>
    public static bool Takes(WorkerOffer worker, WorkerDemand demand) =>
        demand.Numerics != Numerics.Portable || worker.PortableFingerprint.Length > 0;

    /// <summary>The fields in which a worker's fingerprint differs from another one: <c>CPU kernels: AVX2, not AVX512</c>.</summary>
    public static string Difference(string fingerprint, string other)
    {
        (Dictionary<string, string> own, Dictionary<string, string> others) = (Fields(fingerprint), Fields(other));
        string[] differing = own.Keys.Union(others.Keys)
            .Select(name => (Name: name, Own: own.GetValueOrDefault(name, "none"), Other: others.GetValueOrDefault(name, "none")))
            .Where(field => field.Own != field.Other)
            .Select(field => $"{field.Name}: {field.Own}, not {field.Other}").ToArray();
        return differing.Length > 0 ? string.Join("; ", differing) : fingerprint;
    }

    /// <summary>How workers of different environments can be brought together; empty when the job has done what can be done.</summary>
    public static string WayOut(WorkerDemand demand) => demand.Numerics == Numerics.Native
        ? " (numerics: portable in the job file pins all processors to one instruction set)"
        : "";

    private static Dictionary<string, string> Fields(string fingerprint) => fingerprint.Split("; ")
        .Select(field => field.Split(": ", 2))
        .Where(parts => parts.Length == 2)
        .DistinctBy(parts => parts[0])
        .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
}
