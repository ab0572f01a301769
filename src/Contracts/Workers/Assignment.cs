using MessagePack;

namespace SeqCluster.Contracts.Workers;

/// <summary>What one worker does in one generation of one job.</summary>
[GenerateSerializer, Immutable, MessagePackObject]
public sealed record Assignment
{
    /// <summary>Name of the file that marks the folder over all jobs' folders of checkpoints.</summary>
    public const string StoreMarkFile = ".store";

    /// <summary>Grows with each change for this worker slot; the greater one is the newer one.</summary>
    [Id(0), Key(0)] public required long Version { get; init; }

    [Id(1), Key(1)] public required string JobId { get; init; }
    [Id(2), Key(2)] public required int Attempt { get; init; }
    [Id(3), Key(3)] public required int Generation { get; init; }

    /// <summary>The last step that counts as completed when this generation starts.</summary>
    [Id(4), Key(4)] public required int StartStep { get; init; }

    /// <summary>−1 while <see cref="Joins"/>.</summary>
    [Id(5), Key(5)] public required int Rank { get; init; }

    /// <summary>All members in rank order.</summary>
    [Id(6), Key(6)] public required IReadOnlyList<PeerAddress> Members { get; init; }

    /// <summary>R of design §5.</summary>
    [Id(7), Key(7)] public required int Replicas { get; init; }

    /// <summary>Members authenticate each other with it; new for each generation.</summary>
    [Id(8), Key(8)] public required byte[] Secret { get; init; }

    /// <summary>The <see cref="Jobs.JobSpec"/> as JSON, by <c>JsonSerializerOptions.Web</c>.</summary>
    [Id(9), Key(9)] public required string SpecJson { get; init; }

    /// <summary>Where this attempt's checkpoints go on the silo's machine, a folder of its own.</summary>
    [Id(10), Key(10)] public required string CheckpointFolder { get; init; }

    /// <summary>Reference of the checkpoint of <see cref="ResumeStep"/> that the attempt goes on from; null: it begins anew.</summary>
    [Id(11), Key(11)] public string? ResumeFrom { get; init; }

    /// <summary>The state hash of that checkpoint.</summary>
    [Id(12), Key(12)] public string? ResumeStateSha256 { get; init; }

    /// <summary>The members shall stop at the next common step boundary and leave a checkpoint.</summary>
    [Id(13), Key(13)] public bool Yields { get; init; }

    /// <summary>
    /// What <see cref="StoreMarkFile"/> says in the folder of all checkpoints: a worker that reads the same there shares it with the
    /// silo. Empty: it does, without a mark.
    /// </summary>
    [Id(14), Key(14)] public string StoreMark { get; init; } = "";

    /// <summary>The members shall stop at the next common step boundary, keep their state, and wait for the next generation.</summary>
    [Id(16), Key(16)] public bool Regroups { get; init; }

    /// <summary>The members shall leave the group at once, keep their state, say where they are, and wait for the next generation.</summary>
    [Id(17), Key(17)] public bool Halts { get; init; }

    /// <summary>Not a member yet: prepare model and data, say so, and wait for a generation with a rank.</summary>
    [Id(18), Key(18)] public bool Joins { get; init; }

    /// <summary>The rank whose state of <see cref="StartStep"/> counts: whoever is not at that step takes it over from there.</summary>
    [Id(19), Key(19)] public int Source { get; init; }

    /// <summary>After how many milliseconds of silence the gateway gives this worker up; 0: the silo's own bound.</summary>
    [Id(20), Key(20)] public int SilenceMs { get; init; }

    /// <summary>After how many milliseconds without an answer from the silo this worker parks; 0: never.</summary>
    [Id(21), Key(21)] public int OfflineMs { get; init; }

    /// <summary>
    /// The step that the attempt began after: that of the checkpoint, or 0. Later generations start later, and a run that begins in one
    /// of them holds this step's state all the same.
    /// </summary>
    [Id(22), Key(22)] public int ResumeStep { get; init; }

    /// <summary>The step whose state a run holds that begins with this; −1 for none.</summary>
    public int OwnStep() => Joins ? -1 : ResumeStep;

    /// <summary>
    /// Whether it comes after another one of the same attempt: of a later generation, or a membership after the invitation to
    /// that generation. Wishes about one generation do not make it another one.
    /// </summary>
    public bool Follows(Assignment other) => (Generation, !Joins).CompareTo((other.Generation, !other.Joins)) > 0;

    /// <summary>Whether it says all the wishes of another one of the same generation, and a new one.</summary>
    public bool AddsWish(Assignment other) => (Yields && !other.Yields) || (Regroups && !other.Regroups) || (Halts && !other.Halts);
}
