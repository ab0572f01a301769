using System.Text.Json;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;

namespace SeqCluster.Grains.Membership;

/// <summary>An attempt as others see it: each member its assignment, the job its status. Pure.</summary>
internal static class AttemptView
{
    /// <summary>What a member, or a worker that is invited, shall do now.</summary>
    public static Assignment AssignmentOf(AttemptLife life, AttemptMember member, string jobId, MembershipOptions options) => new()
    {
        Version = 0,
        JobId = jobId,
        Attempt = life.Attempt,
        Generation = member.Rank < 0 ? life.Generation + 1 : life.Generation,
        StartStep = life.StartStep,
        Rank = member.Rank,
        Joins = member.Rank < 0,
        Source = life.Source,
        Members = member.Rank < 0 ? [] : life.Members.Select(one => new PeerAddress
        {
            WorkerId = one.Worker.WorkerId,
            Incarnation = one.Worker.Incarnation,
            HostId = one.Worker.HostId,
            DataPlaneAddress = one.Worker.DataPlaneAddress,
        }).ToArray(),
        Replicas = life.Members.Sum(one => one.ReplicaCount),
        Secret = life.Secret,
        SpecJson = JsonSerializer.Serialize(life.Spec, JsonSerializerOptions.Web),
        StoreMark = options.StoreMark,
        CheckpointFolder = Path.Combine(options.CheckpointFolder, jobId, $"attempt-{life.Attempt}"),
        ResumeFrom = life.ResumesFrom?.Reference,
        ResumeStateSha256 = life.ResumesFrom?.StateSha256,
        Yields = life.YieldAskedAt is not null && life.State != AttemptState.Regrouping,
        Regroups = member.Rank >= 0 && life.State == AttemptState.Regrouping && life.RegroupsAtBoundary,
        SilenceMs = (int)(life.Spec!.Recovery.SilenceSeconds * 1000),
        ResumeStep = life.ResumesFrom?.Step ?? 0,
        OfflineMs = (int)(life.Spec.Recovery.OfflineSeconds * 1000),
        Halts = member.Rank >= 0 && life.State == AttemptState.Regrouping && !life.RegroupsAtBoundary,
    };

    /// <summary>What the job is told.</summary>
    public static CoordinatorStatus StatusOf(AttemptLife life) => new(
        life.Attempt,
        life.Generation,
        life.State,
        life.Reason,
        life.Members.Select(member => member.Step).DefaultIfEmpty(CheckpointRegistry.Latest(life.Checkpoints)?.Step ?? 0).Max(),
        life.Members.Select(StatusOf).ToArray(),
        life.Result)
    {
        CheckpointStep = CheckpointRegistry.Latest(life.Checkpoints)?.Step ?? 0,
        Invited = life.Invited.Select(StatusOf).ToArray(),
        Excluded = life.Excluded,
    };

    private static MemberStatus StatusOf(AttemptMember member) => new()
    {
        WorkerId = member.Worker.WorkerId,
        Rank = member.Rank,
        FirstReplica = member.FirstReplica,
        ReplicaCount = member.ReplicaCount,
        Step = Math.Max(member.Step, 0),
        Phase = MemberAccount.NameOf(member.Phase),
        Note = MemberAccount.NoteOf(member),
    };
}
