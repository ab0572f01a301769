using System.Text.Json;
using SeqCluster.Collectives;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Workers;
using SeqCluster.Data.Sampling;
using SeqCluster.Worker.Faults;
using SeqCluster.Worker.GradientExchange;
using PeerAddress = SeqCluster.Collectives.Rendezvous.PeerAddress;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>Reads an assignment: the job, and the group options that follow from it.</summary>
internal static class RunSetup
{
    /// <summary>A reduction waits this long for a peer's compute before the peer counts as stalled.</summary>
    private static readonly TimeSpan StallTimeout = TimeSpan.FromMinutes(2);

    /// <summary>All members build their model and read their data before they join; the slowest is waited for.</summary>
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromMinutes(1);

    public static JobSpec SpecOf(Assignment assignment) =>
        JsonSerializer.Deserialize<JobSpec>(assignment.SpecJson, JsonSerializerOptions.Web)
        ?? throw new InvalidDataException("the assignment holds no job");

    public static SamplingOptions SamplingOf(JobSpec spec, int replicas) => new(
        spec.Train.Sampling, spec.Train.MicroBatch, replicas, spec.Seed, spec.Train.MicroBatchTokens);

    public static GroupOptions OptionsOf(Assignment assignment, JobSpec spec, ParameterLayout layout) => new()
    {
        Job = assignment.JobId,
        Attempt = assignment.Attempt,
        Generation = assignment.Generation,
        Rank = assignment.Rank,
        Replicas = assignment.Replicas,
        Peers = [.. assignment.Members.Select(AddressOf)],
        BucketElements = [.. layout.Buckets.Select(bucket => bucket.Count)],
        Secret = assignment.Secret,
        Norms = true,
        Transport = spec.Workers.Transport switch
        {
            "sharedMemory" => TransportKind.SharedMemory,
            "tcp" => TransportKind.Tcp,
            _ => TransportKind.Automatic,
        },
        JoinTimeout = JoinTimeout,
        StallTimeout = StallTimeout,
        PhasePoint = FaultPoints.Phases,
    };

    private static PeerAddress AddressOf(Contracts.Workers.PeerAddress member)
    {
        var colon = member.DataPlaneAddress.LastIndexOf(':');
        var host = member.DataPlaneAddress[..colon].Trim('[', ']');
        return new PeerAddress(host, int.Parse(member.DataPlaneAddress[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture), member.HostId);
    }
}
