using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Collectives.Topology;

namespace SeqCluster.Collectives;

/// <summary>One member's view of one generation: who takes part, what is reduced, and how long anything may take.</summary>
public sealed record GroupOptions
{
    /// <summary>The most elements of a bucket: 1 GiB of float32.</summary>
    public const int MaxBucketElements = 1 << 28;

    /// <summary>The most buckets of a model.</summary>
    public const int MaxBuckets = 4096;

    /// <summary>The shortest secret, in bytes.</summary>
    public const int MinSecretBytes = 16;

    private const int MaxJobLength = 64;

    /// <summary>The job: letters, digits, '-' and '_'. Segment names begin with it.</summary>
    public required string Job { get; init; }

    /// <summary>The job's attempt, ≥ 0.</summary>
    public required int Attempt { get; init; }

    /// <summary>The membership's number within the attempt, ≥ 0.</summary>
    public required int Generation { get; init; }

    /// <summary>This member's rank, <c>0 … W−1</c>.</summary>
    public required int Rank { get; init; }

    /// <summary>R, the job's logical replicas; W ≤ R.</summary>
    public required int Replicas { get; init; }

    /// <summary>Where each member listens, by rank. Their number is W.</summary>
    public required IReadOnlyList<PeerAddress> Peers { get; init; }

    /// <summary>Elements of each bucket; they depend on the model alone and are the same on every member.</summary>
    public required IReadOnlyList<int> BucketElements { get; init; }

    /// <summary>The generation's secret, known to its members only.</summary>
    public required ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>Whether reductions also give the sum of squares (<see cref="AllReduce.GradientBucket.SumOfSquares"/>).</summary>
    public bool Norms { get; init; }

    /// <summary>How members reach each other.</summary>
    public TransportKind Transport { get; init; }

    /// <summary>How long to wait for all members to join.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a wait may see no progress before the awaited peer counts as stalled.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The folder of the shared segments, on a memory file system.</summary>
    public string SharedFolder { get; init; } = "/dev/shm";

    /// <summary>The clock of the two bounds above.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Called between the steps of an operation, so that a test can force a schedule.</summary>
    internal Action? YieldPoint { get; init; }

    /// <summary>Told when a bucket enters a round of its reduction, with the step: for tests of failures. Engine thread.</summary>
    public Action<CollectivePhase, long>? PhasePoint { get; init; }

    /// <summary>
    /// The host of each rank, the same on every member: equal numbers share memory. By the host ids, unless the transport is given.
    /// </summary>
    public IReadOnlyList<int> Hosts => Transport switch
    {
        TransportKind.SharedMemory => new int[Peers.Count],
        TransportKind.Tcp => [.. Enumerable.Range(0, Peers.Count)],
        _ => [.. Peers.Select((peer, rank) => peer.HostId.Length == 0 ? rank : FirstOf(peer.HostId))],
    };

    /// <summary>What carries the group: shared memory where all are on one host. A lone member needs no shared segment.</summary>
    public TransportKind ResolvedTransport =>
        Peers.Count > 1 && Hosts.Distinct().Count() == 1 ? TransportKind.SharedMemory : TransportKind.Tcp;

    /// <summary>Every fault of these options; none when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        void Require(bool holds, string fault)
        {
            if (!holds)
                faults.Add(fault);
        }

        Require(Job.Length is > 0 and <= MaxJobLength && Job.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'),
            $"Job = '{Job}': must be 1 to {MaxJobLength} letters, digits, '-' or '_'");
        Require(Attempt >= 0, $"Attempt = {Attempt}: must not be negative");
        Require(Generation >= 0, $"Generation = {Generation}: must not be negative");
        Require(Replicas is >= 1 and <= ReplicaTree.MaxReplicas, $"Replicas = {Replicas}: must be between 1 and {ReplicaTree.MaxReplicas}");
        Require(Peers.Count >= 1 && Peers.Count <= Replicas, $"Peers has {Peers.Count} members: must be between 1 and the {Replicas} replicas");
        Require(Rank >= 0 && Rank < Peers.Count, $"Rank = {Rank}: must be between 0 and {Peers.Count - 1}");
        Require(BucketElements.Count is >= 1 and <= MaxBuckets, $"BucketElements has {BucketElements.Count} entries: must be between 1 and {MaxBuckets}");
        for (var bucket = 0; bucket < BucketElements.Count; bucket++)
        {
            Require(BucketElements[bucket] is >= 0 and <= MaxBucketElements,
                $"BucketElements[{bucket}] = {BucketElements[bucket]}: must be between 0 and {MaxBucketElements}");
        }
        Require(Secret.Length >= MinSecretBytes, $"Secret has {Secret.Length} bytes: must have at least {MinSecretBytes}");
        Require(JoinTimeout > TimeSpan.Zero, $"JoinTimeout = {JoinTimeout}: must be positive");
        Require(StallTimeout > TimeSpan.Zero, $"StallTimeout = {StallTimeout}: must be positive");
        return faults;
    }

    private int FirstOf(string hostId)
    {
        var rank = 0;
        while (Peers[rank].HostId != hostId)
            rank++;
        return rank;
    }
}
