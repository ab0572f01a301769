using SeqCluster.Grains.Jobs;
using SeqCluster.Grains.Membership;
using SeqCluster.Grains.Scheduling;
using SeqCluster.Grains.Sharding;
using SeqCluster.Grains.Transitions;
using SeqCluster.Grains.Workers;

namespace SeqCluster.Grains.Tests.Protocols;

public sealed class ProtocolDocumentTests
{
    [Fact]
    public void Jobs_DocumentAndCode_SayTheSame() => Compare("jobs.md", "Job", JobMachine.Table);

    [Fact]
    public void Scheduling_DocumentAndCode_SayTheSame() => Compare("scheduling.md", "Demand", SchedulerMachine.Table);

    [Fact]
    public void Attempt_DocumentAndCode_SayTheSame() => Compare("membership.md", "Attempt", CoordinatorMachine.Table);

    [Fact]
    public void WorkerSlot_DocumentAndCode_SayTheSame() => Compare("membership.md", "Worker slot", SlotMachine.Table);

    [Fact]
    public void Shard_DocumentAndCode_SayTheSame() => Compare("shard-leases.md", "Shard", ShardMachine.Table);

    [Fact]
    public void Table_TwoRowsForOnePair_AreRefused() => Assert.Throws<ArgumentException>(() => new TransitionTable<SlotState, SlotSignal>(
        (SlotState.Away, SlotSignal.Connected, SlotState.Idle, "one"), (SlotState.Away, SlotSignal.Connected, SlotState.Away, "other")));

    private static void Compare<TState, TSignal>(string file, string heading, TransitionTable<TState, TSignal> table)
        where TState : struct, Enum
        where TSignal : struct, Enum
    {
        IReadOnlyList<string> section = ProtocolDocument.Section(file, heading);
        Assert.Equal(
            table.Rows.Select(row => $"{row.From} | {row.Signal} | {row.To} | {row.Does}"),
            ProtocolDocument.Rows(section).Select(cells => string.Join(" | ", cells)));
        Assert.Equal(
            table.Rows.Select(row => ($"{row.From}", $"{row.To}", $"{row.Signal}")).Order(),
            ProtocolDocument.Arrows(section).Order());
        Assert.Empty(Enum.GetNames<TState>().Except(table.Rows.Select(row => $"{row.From}")));
        Assert.Empty(Enum.GetNames<TSignal>().Except(table.Rows.Select(row => $"{row.Signal}")));
    }
}
