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
    /// <summary>Median steps without progress after which a peer counts as stalled, when that is longer than the job's bound.</summary>
    private const int StallSteps = 20;

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
        StallTimeout = StallBoundOf(spec, TimeSpan.Zero),
        PhasePoint = FaultPoints.Phases,
    };

    /// <summary>How long others may wait for a member that makes no progress.</summary>
    public static TimeSpan StallBoundOf(JobSpec spec, TimeSpan medianStep)
    {
        var (bound, steps) = (TimeSpan.FromSeconds(spec.Recovery.StallSeconds), StallSteps * medianStep);
        return bound > steps ? bound : steps;
    }

    private static PeerAddress AddressOf(Contracts.Workers.PeerAddress member)
    {
        var colon = member.DataPlaneAddress.LastIndexOf(':');
        var host = member.DataPlaneAddress[..colon].Trim('[', ']');
        return new PeerAddress(host, int.Parse(member.DataPlaneAddress[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture), member.HostId);
    }
}
