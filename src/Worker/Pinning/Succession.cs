using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Processes;

namespace SeqCluster.Worker.Pinning;

/// <summary>
/// What a worker process hands to itself when it begins anew, because its libraries can be held to other instructions only before
/// they are loaded. It stays the same process, by its number and its incarnation, and keeps its port with all who wait at it.
/// </summary>
/// <param name="Numerics">As what it begins: native or portable.</param>
/// <param name="Incarnation">Of the worker.</param>
/// <param name="Listener">The descriptor of its data-plane port.</param>
/// <param name="Fingerprints">Of the machine, from before anything was held back.</param>
/// <param name="Native">The libraries' variables as they were at first; null for one that was not set.</param>
internal sealed record Succession(
    string Numerics, string Incarnation, int Listener, Fingerprints Fingerprints, IReadOnlyDictionary<string, string?> Native)
{
    private const string Variable = "SEQCLUSTER_SUCCESSION";

    /// <summary>What this process was handed; null for one that was started by somebody else.</summary>
    public static Succession? Received() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
        ? JsonSerializer.Deserialize<Succession>(text, JsonSerializerOptions.Web)
        : null;

    /// <summary>What the first process of a worker would have been handed.</summary>
    public static Succession First(string incarnation, int listener, Fingerprints fingerprints) => new(
        Contracts.Jobs.Numerics.Native, incarnation, listener, fingerprints,
        PortableNumerics.Variables.Keys.ToDictionary(name => name, Environment.GetEnvironmentVariable));

    /// <summary>Whether a job can be computed by a process that began as this says.</summary>
    public bool Suits(JobSpec job) => job.Numerics == Contracts.Jobs.Numerics.Any || job.Numerics == Numerics;

    /// <summary>Begins anew as the job wants it. Returns only by an exception.</summary>
    /// <exception cref="IOException">The system does not start the program.</exception>
    public void BeginAnew(JobSpec job)
    {
        var next = this with { Numerics = job.Numerics };
        ProcessReplacement.Begin(next.Environments(), [Listener]);
    }

    internal Dictionary<string, string?> Environments()
    {
        var isPortable = Numerics == Contracts.Jobs.Numerics.Portable;
        var variables = Native.ToDictionary(known => known.Key, known => isPortable ? PortableNumerics.Variables[known.Key] : known.Value);
        variables.Add(Variable, JsonSerializer.Serialize(this, JsonSerializerOptions.Web));
        return variables;
    }
}
