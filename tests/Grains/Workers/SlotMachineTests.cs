using SeqCluster.Contracts.Workers;
using SeqCluster.Grains.Membership;
using SeqCluster.Grains.Workers;

namespace SeqCluster.Grains.Tests.Workers;

public sealed class SlotMachineTests
{
    public static TheoryData<SlotState, SlotSignal> AllPairs()
    {
        var pairs = new TheoryData<SlotState, SlotSignal>();
        foreach (SlotState state in Enum.GetValues<SlotState>())
        {
            foreach (SlotSignal signal in Enum.GetValues<SlotSignal>())
            {
                pairs.Add(state, signal);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(AllPairs))]
    public void EveryPair_FollowsTheTable(SlotState from, SlotSignal signal)
    {
        WorkerSlot slot = SlotIn(from);
        SlotDecision decision = signal switch
        {
            SlotSignal.Connected => SlotMachine.Connect(slot, Samples.Offer("w")),
            SlotSignal.Replaced => SlotMachine.Connect(slot, Samples.Offer("w", incarnation: "2")),
            SlotSignal.Disconnected => SlotMachine.Disconnect(slot, "w-1"),
            SlotSignal.WorkGiven => SlotMachine.Assign(slot, "w-1", Work("job-a", attempt: 2)),
            _ => SlotMachine.Unassign(slot, "w-1", "job-a", 1, Withdrawal.WholeAttempt),
        };
        Assert.Equal(SlotMachine.Table.Find(from, signal)?.To ?? from, decision.Slot.State);
    }

    [Fact]
    public void Assign_FencedByAttemptAndGeneration_TakesOnlyTheLater()
    {
        WorkerSlot slot = Assign(SlotIn(SlotState.Idle), Work("job-a", 2, 3), AssignmentReply.Accepted);
        Assert.Same(slot, Assign(slot, Work("job-a", 2, 3), AssignmentReply.Accepted));
        Assert.Same(slot, Assign(slot, Work("job-a", 2, 2), AssignmentReply.Outdated));
        Assert.Same(slot, Assign(slot, Work("job-a", 1, 9), AssignmentReply.Outdated));
        Assert.Same(slot, Assign(slot, Work("job-b", 9, 9), AssignmentReply.Busy));
        WorkerSlot later = Assign(slot, Work("job-a", 3, 1), AssignmentReply.Accepted);
        Assert.Equal(slot.Version + 1, later.Version);
        Assert.Equal(later.Version, later.Assignment!.Version);
    }

    [Fact]
    public void Assign_TheWishToYield_IsPushedOnceAndNotTakenBack()
    {
        WorkerSlot slot = Assign(SlotIn(SlotState.Idle), Work("job-a", 2), AssignmentReply.Accepted);
        WorkerSlot wished = Assign(slot, Work("job-a", 2) with { Yields = true }, AssignmentReply.Accepted);
        Assert.Equal((slot.Version + 1, true), (wished.Version, wished.Assignment!.Yields));
        Assert.Same(wished, Assign(wished, Work("job-a", 2) with { Yields = true }, AssignmentReply.Accepted));
        Assert.Same(wished, Assign(wished, Work("job-a", 2), AssignmentReply.Accepted));
    }

    [Fact]
    public void Unassign_Attempt_CannotComeBack()
    {
        WorkerSlot slot = SlotMachine.Unassign(SlotIn(SlotState.Assigned), "w-1", "job-a", 1, Withdrawal.WholeAttempt).Slot;
        Assert.Equal(SlotState.Idle, slot.State);
        Assign(slot, Work("job-a", 1, 7), AssignmentReply.Outdated);
        Assign(slot, Work("job-a", 2, 1), AssignmentReply.Accepted);
        Assign(slot, Work("job-b", 1, 1), AssignmentReply.Accepted);
    }

    [Fact]
    public void Unassign_OfAnotherJobOrAnEarlierAttempt_LeavesTheWork()
    {
        WorkerSlot slot = Assign(SlotIn(SlotState.Idle), Work("job-a", 2), AssignmentReply.Accepted);
        Assert.Equal(slot.Assignment, SlotMachine.Unassign(slot, "w-1", "job-a", 1, Withdrawal.WholeAttempt).Slot.Assignment);
        Assert.Equal(slot.Assignment, SlotMachine.Unassign(slot, "w-1", "job-b", 9, Withdrawal.WholeAttempt).Slot.Assignment);
        Assert.Equal(slot.Assignment, SlotMachine.Unassign(slot, "w-0", "job-a", 9, Withdrawal.WholeAttempt).Slot.Assignment);
    }

    [Fact]
    public void Unassign_Generation_LaterOnesMayFollow()
    {
        WorkerSlot slot = SlotMachine.Unassign(SlotIn(SlotState.Assigned), "w-1", "job-a", 1, 1).Slot;
        Assert.Null(slot.Assignment);
        Assign(slot, Work("job-a", 1), AssignmentReply.Outdated);
        slot = Assign(slot, Work("job-a", 1, 2) with { Joins = true }, AssignmentReply.Accepted);
        Assert.Equal(slot.Assignment, SlotMachine.Unassign(slot, "w-1", "job-a", 1, 0).Slot.Assignment);
        Assert.Null(SlotMachine.Unassign(slot, "w-1", "job-a", 1, 1).Slot.Assignment);
        Assert.Equal((1, 1), (slot.FencedAttempt, SlotMachine.Unassign(slot, "w-1", "job-a", 1, 0).Slot.FencedGeneration));
    }

    [Fact]
    public void Assign_WishesAndMembership_AreNewsOfTheSameGeneration()
    {
        WorkerSlot slot = SlotIn(SlotState.Idle);
        slot = Assign(slot, Work("job-a", 1, 2) with { Joins = true }, AssignmentReply.Accepted);
        slot = Assign(slot, Work("job-a", 1, 2), AssignmentReply.Accepted);
        Assert.Equal((2, false), (slot.Version, slot.Assignment!.Joins));
        Assign(slot, Work("job-a", 1, 2) with { Joins = true }, AssignmentReply.Outdated);
        Assert.Equal(3, (slot = Assign(slot, Work("job-a", 1, 2) with { Regroups = true }, AssignmentReply.Accepted)).Version);
        Assert.Equal(3, Assign(slot, Work("job-a", 1, 2), AssignmentReply.Accepted).Version);
        Assert.Equal(4, (slot = Assign(slot, Work("job-a", 1, 2) with { Halts = true }, AssignmentReply.Accepted)).Version);
        Assert.True(Assign(slot, Work("job-a", 1, 3), AssignmentReply.Accepted).Assignment is { Halts: false, Version: 5 });
    }

    [Fact]
    public void Connect_RetiredIncarnation_CannotComeBack()
    {
        WorkerSlot slot = SlotMachine.Connect(SlotIn(SlotState.Assigned), Samples.Offer("w", incarnation: "2")).Slot;
        Assert.Null(slot.Assignment);
        Assert.Same(slot, SlotMachine.Connect(slot, Samples.Offer("w")).Slot);
        Assert.Equal(AssignmentReply.Replaced, SlotMachine.Assign(slot, "w-1", Work("job-a", 2)).Reply);
        Assert.Equal(AssignmentReply.Absent, SlotMachine.Assign(slot, "w-3", Work("job-a", 2)).Reply);
        Assert.Same(slot, SlotMachine.Disconnect(slot, "w-1").Slot);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RandomSequences_KeepTheInvariants(int seed)
    {
        var random = new Random(seed);
        WorkerSlot slot = new();
        for (int step = 0; step < 20_000; step++)
        {
            string incarnation = $"w-{random.Next(5)}";
            string job = $"job-{random.Next(3)}";
            SlotDecision decision = random.Next(5) switch
            {
                0 => SlotMachine.Connect(slot, Samples.Offer("w", incarnation: incarnation[2..])),
                1 => SlotMachine.Disconnect(slot, incarnation),
                2 => SlotMachine.Unassign(slot, incarnation, job, random.Next(4), random.Next(3)),
                _ => SlotMachine.Assign(slot, incarnation, Work(job, random.Next(4), random.Next(3))),
            };
            string where = $"seed {seed}, step {step}: {slot.State} to {decision.Slot.State}";
            Assert.True((decision.Slot.Version > slot.Version) == !Equals(decision.Slot.Assignment, slot.Assignment)
                || decision.Slot.Worker != slot.Worker, where);
            Assert.True(decision.IsChange == (decision.Slot != slot), where);
            Assert.True(slot.Assignment is not { } held || decision.Slot.Assignment is not { } work || held.JobId == work.JobId, where);
            Assert.True(decision.Slot.Retired.Count <= SlotMachine.RetiredLimit, where);
            slot = decision.Slot;
            if (slot.Retired.Count == 4)
            {
                slot = slot with { Retired = [] };
            }
        }
    }

    private static WorkerSlot SlotIn(SlotState state)
    {
        WorkerSlot idle = SlotMachine.Connect(new WorkerSlot(), Samples.Offer("w")).Slot;
        return state switch
        {
            SlotState.Away => idle with { IsConnected = false },
            SlotState.Idle => idle,
            SlotState.Assigned => idle with { Assignment = Work("job-a", 1), Version = 1 },
            _ => idle with { Assignment = Work("job-a", 1), Version = 1, IsConnected = false },
        };
    }

    private static WorkerSlot Assign(WorkerSlot slot, Assignment work, AssignmentReply expected)
    {
        SlotDecision decision = SlotMachine.Assign(slot, "w-1", work);
        Assert.Equal(expected, decision.Reply);
        return decision.Slot;
    }

    private static Assignment Work(string job, int attempt, int generation = 1) => new()
    {
        Version = 0,
        JobId = job,
        Attempt = attempt,
        Generation = generation,
        StartStep = 0,
        Rank = 0,
        Members = [],
        Replicas = 1,
        Secret = [],
        SpecJson = "{}",
        CheckpointFolder = "/tmp/none",
    };
}
