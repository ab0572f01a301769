using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains.Scheduling;

namespace SeqCluster.Grains.Tests.Scheduling;

public sealed class SchedulerMachineTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    public static TheoryData<DemandState, DemandSignal> AllPairs()
    {
        var pairs = new TheoryData<DemandState, DemandSignal>();
        foreach (DemandState state in Enum.GetValues<DemandState>())
        {
            foreach (DemandSignal signal in Enum.GetValues<DemandSignal>())
            {
                pairs.Add(state, signal);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(AllPairs))]
    public void EveryPair_FollowsTheTable(DemandState from, DemandSignal signal)
    {
        SchedulerState state = StateWith(from);
        SchedulerState after = signal switch
        {
            DemandSignal.Asked => SchedulerMachine.Ask(state, Samples.Demand("job-a", 2, 2, attempt: 2), Now).State,
            // For more than there are: the same turn would choose it again.
            DemandSignal.AskedAnew => SchedulerMachine.Ask(state, Samples.Demand("job-a", 3, 3, attempt: 3), Now).State,
            DemandSignal.AskedLate => SchedulerMachine.Ask(state, Samples.Demand("job-a", 2, 2, attempt: 1), Now).State,
            DemandSignal.Chosen => Up(state, "worker-8", "worker-9"),
            DemandSignal.WorkerLost => SchedulerMachine.WorkerDown(state, "worker-0", "worker-0-1").State,
            DemandSignal.Extended => SchedulerMachine.Extend(state, Samples.Demand("job-a", 2, 2, attempt: 2), ["worker-1"], Now).State,
            _ => SchedulerMachine.Release(state, "job-a", Now).State,
        };

        // A question of an absent demand is always its first one.
        bool isFirst = from == DemandState.Absent && signal is (DemandSignal.AskedAnew or DemandSignal.AskedLate);
        DemandState expected = SchedulerMachine.Table.Find(from, isFirst ? DemandSignal.Asked : signal)?.To ?? from;
        Assert.Equal(expected, after.Find("job-a")?.State ?? DemandState.Absent);
    }

    [Fact]
    public void Ask_FewerFreeThanLeast_ReservesNone()
    {
        SchedulerState state = Ask(Up(SchedulerState.Empty, "worker-0", "worker-1"), Samples.Demand("job-a", 3, 4));
        Assert.False(AnswerTo(state, "job-a").IsReserved);
        Placement placement = AnswerTo(Up(state, "worker-2"), "job-a");
        Assert.Equal(["worker-0", "worker-1", "worker-2"], placement.Workers.Select(worker => worker.WorkerId));
    }

    [Fact]
    public void WorkerUp_FillsAWaitingDemand_HintsItsJob()
    {
        SchedulerState state = Ask(SchedulerState.Empty, Samples.Demand("job-a", 1, 1));
        SchedulerDecision decision = SchedulerMachine.WorkerUp(state, Samples.Offer("worker-0"), Now);
        Assert.True(decision.IsChange);
        Assert.Equal(["job-a"], decision.Hints);
        Assert.False(SchedulerMachine.WorkerUp(decision.State, Samples.Offer("worker-0"), Now).IsChange);
    }

    [Fact]
    public void Release_ByTheHolder_GivesTheWorkersToTheNextInOrder()
    {
        SchedulerState state = Up(SchedulerState.Empty, "worker-0");
        state = Ask(state, Samples.Demand("job-a", 1, 1, submittedSecond: 0));
        state = Ask(state, Samples.Demand("job-c", 1, 1, submittedSecond: 2));
        state = Ask(state, Samples.Demand("job-b", 1, 1, submittedSecond: 1));
        SchedulerDecision decision = SchedulerMachine.Release(state, "job-a", Now);
        Assert.Equal(["job-b"], decision.Hints);
        Assert.Equal("job-b", decision.State.HolderOf("worker-0"));
    }

    [Fact]
    public void Ask_YoungerJobThatCanStart_PassesUntilPatienceIsOver()
    {
        SchedulerState state = Up(SchedulerState.Empty, "worker-0", "worker-1", "worker-2");
        state = Ask(state, Samples.Demand("long", 2, 2, submittedSecond: 0));
        state = Ask(state, Samples.Demand("wide", 3, 3, submittedSecond: 1));
        Assert.False(AnswerTo(state, "wide").IsReserved);
        SchedulerState early = Ask(state, Samples.Demand("small", 1, 1, submittedSecond: 2), Now + SchedulerMachine.Patience);
        Assert.True(AnswerTo(early, "small").IsReserved);
        DateTimeOffset later = Now + SchedulerMachine.Patience + TimeSpan.FromTicks(1);
        SchedulerState late = Ask(state, Samples.Demand("small", 1, 1, submittedSecond: 2), later);
        Placement answer = SchedulerMachine.Answer(late, Samples.Demand("small", 1, 1), later);
        Assert.False(answer.IsReserved);
        Assert.Contains("worker-2 kept for wide", answer.Reason, StringComparison.Ordinal);
        late = SchedulerMachine.Release(late, "long", later).State;
        Assert.True(AnswerTo(late, "wide").IsReserved);
    }

    [Fact]
    public void Release_GreaterPriorityWaits_GetsTheWorkersBeforeElderOnes()
    {
        SchedulerState state = Ask(Up(SchedulerState.Empty, "worker-0"), Samples.Demand("running", 1, 1));
        state = Ask(state, Samples.Demand("low", 1, 1, submittedSecond: 1, priority: -1));
        state = Ask(state, Samples.Demand("elder", 1, 1, submittedSecond: 2));
        state = Ask(state, Samples.Demand("urgent", 1, 1, submittedSecond: 3, priority: 5));
        Assert.Equal("running", state.HolderOf("worker-0"));
        foreach (string next in (string[])["urgent", "elder", "low"])
        {
            state = SchedulerMachine.Release(state, state.HolderOf("worker-0")!, Now).State;
            Assert.Equal(next, state.HolderOf("worker-0"));
        }
    }

    [Fact]
    public void Ask_ALargeJobAmongEndlessSmallOnes_StartsInTheEnd()
    {
        SchedulerState state = Ask(Up(SchedulerState.Empty, "worker-0", "worker-1"), Samples.Demand("small-0", 1, 1));
        state = Ask(state, Samples.Demand("large", 2, 2, submittedSecond: 1));
        DateTimeOffset now = Now;
        int small = 0;
        while (!AnswerTo(state, "large").IsReserved)
        {
            // Each ends ten seconds after the next has come: one worker is busy at any time.
            now += TimeSpan.FromSeconds(10);
            small++;
            Assert.True(small < 20, "the large job starves");
            state = Ask(state, Samples.Demand($"small-{small}", 1, 1, submittedSecond: 1 + small), now);
            state = SchedulerMachine.Release(state, $"small-{small - 1}", now).State;
        }

        Assert.True(small > 5, "it did not have to wait at all");
    }

    [Fact]
    public void Ask_AnotherNumberOfTheSameAttempt_TakesThePlaceOfTheFormer()
    {
        SchedulerState state = Ask(Up(SchedulerState.Empty, "worker-0", "worker-1"), Samples.Demand("job-a", 2, 2));
        state = Ask(state, Samples.Demand("job-b", 2, 2, submittedSecond: 1));
        state = Ask(state, Samples.Demand("job-a", 1, 1));
        Assert.Equal(["worker-0"], AnswerTo(state, "job-a").Workers.Select(worker => worker.WorkerId));
        Assert.False(AnswerTo(state, "job-b").IsReserved);
        DateTimeOffset since = state.Find("job-b")!.Since;
        state = Ask(state, Samples.Demand("job-b", 1, 1, submittedSecond: 1), Now.AddSeconds(9));
        Assert.Equal("job-b", state.HolderOf("worker-1"));
        Assert.Equal(since, state.Find("job-b")!.Since);
    }

    [Fact]
    public void Ask_ElderThatNoWorkersCouldEverServe_KeepsNothing()
    {
        SchedulerState state = Ask(Up(SchedulerState.Empty, "worker-0"), Samples.Demand("wide", 9, 9));
        DateTimeOffset later = Now + (2 * SchedulerMachine.Patience);
        Assert.True(AnswerTo(Ask(state, Samples.Demand("small", 1, 1, submittedSecond: 1), later), "small").IsReserved);
    }

    [Fact]
    public void WorkerUp_AnotherIncarnationOfAHeldWorker_BreaksTheReservation()
    {
        SchedulerState state = Ask(Up(SchedulerState.Empty, "worker-0", "worker-1"), Samples.Demand("job-a", 2, 2));
        SchedulerDecision decision = SchedulerMachine.WorkerUp(state, Samples.Offer("worker-0", incarnation: "2"), Now);
        Assert.Equal(["job-a"], decision.Hints);
        Assert.Equal(DemandState.Broken, decision.State.Find("job-a")!.State);
        Assert.Null(decision.State.HolderOf("worker-0"));
        Assert.Equal("job-a", decision.State.HolderOf("worker-1"));
        Assert.Same(decision.State.Workers["worker-0"], SchedulerMachine.WorkerDown(decision.State, "worker-0", "worker-0-1").State.Workers["worker-0"]);
    }

    [Fact]
    public void Ask_MoreDemandsThanTheLimit_IsToldToAskAgain()
    {
        SchedulerState full = SchedulerState.Empty with
        {
            Demands = [.. Enumerable.Range(0, SchedulerMachine.DemandsLimit).Select(index =>
                new DemandEntry(Samples.Demand($"job-{index}", 1, 1), DemandState.Waiting, Now, []))],
        };
        WorkerDemand one = Samples.Demand("one-more", 1, 1);
        Assert.Same(full, SchedulerMachine.Ask(full, one, Now).State);
        Assert.Contains("queue is full", SchedulerMachine.Answer(full, one, Now).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomSequences_KeepTheInvariants(int seed)
    {
        var random = new Random(seed);
        SchedulerState state = SchedulerState.Empty;
        DateTimeOffset now = Now;
        for (int step = 0; step < 1_500; step++)
        {
            now += TimeSpan.FromSeconds(random.Next(20));
            SchedulerState before = state;
            SchedulerDecision decision = RandomStep(random, state, now);
            state = decision.State;
            CheckInvariants(state, now, $"seed {seed}, step {step}");
            Assert.True(decision.IsChange || before.Demands.SequenceEqual(state.Demands), $"seed {seed}, step {step}: an unstored change");
        }
    }

    private static SchedulerDecision RandomStep(Random random, SchedulerState state, DateTimeOffset now)
    {
        string worker = $"worker-{random.Next(8)}";
        int job = random.Next(6);
        int min = 1 + (job % 3);
        string[] devices = ["any", "cpu", "cuda"];
        return random.Next(8) switch
        {
            0 or 1 => SchedulerMachine.WorkerUp(state, RandomOffer(random, worker), now),
            2 => SchedulerMachine.WorkerDown(state, worker, $"{worker}-{random.Next(2)}"),
            3 => SchedulerMachine.Release(state, $"job-{job}", now),
            _ => SchedulerMachine.Ask(state, Samples.Demand($"job-{job}", min, min + (job % 2 * 2), 1 + random.Next(3), devices[job % 3], job, priority: job % 2), now),
        };
    }

    private static WorkerOffer RandomOffer(Random random, string worker) => Samples.Offer(
        worker,
        host: $"host-{random.Next(2)}",
        device: worker.EndsWith('7') ? "cuda:0" : "cpu",
        fingerprint: $"f{random.Next(2)}",
        incarnation: $"{random.Next(2)}");

    private static void CheckInvariants(SchedulerState state, DateTimeOffset now, string where)
    {
        var held = state.Demands.SelectMany(entry => entry.Workers).Select(worker => worker.WorkerId).ToList();
        Assert.True(held.Count == held.Distinct().Count(), $"{where}: a worker is reserved twice");
        var kept = new HashSet<string>(held);
        foreach (DemandEntry entry in state.Demands)
        {
            bool isReserved = entry.State == DemandState.Reserved;
            Assert.True(!isReserved || (entry.Workers.Count >= entry.Demand.Min && entry.Workers.Count <= entry.Demand.Max), $"{where}: not between min and max");
            Assert.True(entry.Workers.Select(worker => worker.Fingerprint).Distinct().Count() <= 1, $"{where}: mixed environments");
            Assert.All(entry.Workers, worker => Assert.True(WorkerChoice.Matches(worker, entry.Demand.Device), where));
            Assert.True(entry.State != DemandState.Waiting || entry.Workers.Count == 0, $"{where}: holds while it waits");
            Assert.NotEmpty(SchedulerMachine.Answer(state, entry.Demand, now).Reason);
            if (entry.State == DemandState.Waiting)
            {
                kept.UnionWith(SchedulerMachine.KeptFor(state, entry, now).Select(worker => worker.WorkerId));
            }
        }

        Assert.Equal(state.Demands.OrderByDescending(entry => entry.Demand.Priority).ThenBy(entry => entry.Demand.SubmittedAt).ThenBy(entry => entry.Demand.JobId, StringComparer.Ordinal), state.Demands);

        // Nobody who could start is left waiting, except for workers that an elder is owed.
        Assert.All(state.Queue, entry => Assert.Empty(WorkerChoice.Choose(
            state.Workers.Values.Where(worker => !kept.Contains(worker.WorkerId) && WorkerChoice.Matches(worker, entry.Demand.Device)), entry.Demand)));
    }

    private static SchedulerState StateWith(DemandState state)
    {
        SchedulerState reserved = Ask(Up(SchedulerState.Empty, "worker-0", "worker-1"), Samples.Demand("job-a", 2, 2, attempt: 2));
        return state switch
        {
            DemandState.Absent => SchedulerState.Empty,
            DemandState.Waiting => Ask(SchedulerState.Empty, Samples.Demand("job-a", 2, 2, attempt: 2)),
            DemandState.Reserved => reserved,
            _ => SchedulerMachine.WorkerDown(reserved, "worker-1", "worker-1-1").State,
        };
    }

    private static SchedulerState Up(SchedulerState state, params string[] workers) =>
        workers.Aggregate(state, (now, worker) => SchedulerMachine.WorkerUp(now, Samples.Offer(worker), Now).State);

    private static SchedulerState Ask(SchedulerState state, WorkerDemand demand, DateTimeOffset? now = null) =>
        SchedulerMachine.Ask(state, demand, now ?? Now).State;

    private static Placement AnswerTo(SchedulerState state, string job) =>
        SchedulerMachine.Answer(state, state.Find(job)!.Demand, Now);
}
