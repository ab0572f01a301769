using SeqCluster.Contracts.Workers;

namespace SeqCluster.Grains.Workers;

/// <summary>What the machine decided.</summary>
/// <param name="Slot">The slot after it.</param>
/// <param name="IsChange">Whether it must be stored.</param>
/// <param name="Reply">What a coordinator is told.</param>
public sealed record SlotDecision(WorkerSlot Slot, bool IsChange, AssignmentReply Reply = AssignmentReply.Accepted);
