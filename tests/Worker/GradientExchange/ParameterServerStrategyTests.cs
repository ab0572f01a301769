using System.Net;
using SeqCluster.Collectives;
using SeqCluster.Collectives.AllReduce;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Worker.GradientExchange;
using SeqCluster.Worker.Optimization;
using SeqCluster.Worker.ShardReading;
using SeqCluster.Worker.Tests.TrainingLoop;
using SeqCluster.Worker.TrainingLoop;
using TorchSharp;

namespace SeqCluster.Worker.Tests.GradientExchange;

/// <summary>Members that share the optimizer's state out, and lose some of each other; the bits are those of one worker that was never disturbed.</summary>
public sealed class ParameterServerStrategyTests : RunHarness
{
    private const int Replicas = 5;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private int generation;

    [TorchTheory]
    [InlineData(2, "0")]
    [InlineData(2, "1")]
    [InlineData(3, "1")]
    [InlineData(4, "3")]
    [InlineData(4, "0 2")]
    [InlineData(5, "1 3")]
    public void Members_LoseSomeWhoAreNoNeighbours_TheOthersGoOnWithAllOfTheState(int workers, string lost)
    {
        var members = Members(workers);
        Run(members, startStep: 0, lastStep: 3);
        var survivors = Without(members, lost);
        Run(survivors, startStep: 3, lastStep: 5);
        Run(survivors, startStep: 5, lastStep: 6);
        AssertUndisturbed(survivors, 6);
    }

    [TorchTheory]
    [InlineData("0", "")]
    [InlineData("1", "0 3")]
    [InlineData("3", "1")]
    [InlineData("2", "0 1")]
    public void Members_OnesThatHadPreparedTheStepWhichOthersCompleted_CountItToo(string lost, string behind)
    {
        var members = Members(4);
        Run(members, startStep: 0, lastStep: 3, mayNotPass: Numbers(behind));
        Assert.Equal(Enumerable.Range(0, 4).Select(rank => Numbers(behind).Contains(rank) ? 2 : 3), members.Select(member => member.Job.Progress.Step));
        var survivors = Without(members, lost);
        Run(survivors, startStep: 3, lastStep: 5);
        AssertUndisturbed(survivors, 5);
    }

    [TorchFact]
    public void Members_TheOnlyOneThatCompletedAStepIsLost_ItIsUndoneAndDoneAgain()
    {
        var members = Members(3);
        Run(members, startStep: 0, lastStep: 3, mayNotPass: [0, 2]);
        var survivors = Without(members, "1");
        Run(survivors, startStep: 2, lastStep: 4);
        AssertUndisturbed(survivors, 4);
    }

    [TorchFact]
    public void Members_LostOneAfterTheOther_BeforeAStepWasDone()
    {
        var members = Members(4);
        Run(members, startStep: 0, lastStep: 2);
        var left = Without(members, "1");
        Run(left, startStep: 2, lastStep: 2);

        // The neighbour of the first: what was brought together is whole on each.
        left = Without(left, "1 2");
        Run(left, startStep: 2, lastStep: 3);
        AssertUndisturbed(left, 3);
    }

    [TorchFact]
    public void Members_LoseAnOwnerAndItsCopy_NameWhatIsNowhere()
    {
        var members = Members(4);
        Run(members, startStep: 0, lastStep: 2);
        var failures = RunEach(Without(members, "1 2"), startStep: 2, lastStep: 3, []);
        Assert.All(failures, failure => Assert.Contains("nobody holds element", Assert.IsType<InvalidOperationException>(failure).Message, StringComparison.Ordinal));
    }

    [TorchFact]
    public void Update_ACopyThatIsOtherwise_IsFoundInTheSameStep()
    {
        var members = Members(2);
        Run(members, startStep: 0, lastStep: 2);
        foreach (var state in members[1].Job.Optimizer.State)
        {
            // Rank 0 owns the first chunk, rank 1 has the copy.
            state.Values[0] += 1;
        }

        var failures = RunEach(members, startStep: 2, lastStep: 3, []);
        Assert.Contains(failures, failure => failure?.Message.Contains("rank 1 updates the chunk of the rank before it", StringComparison.Ordinal) ?? false);
    }

    private static int[] Numbers(string ranks) => [.. ranks.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    private static Member[] Without(Member[] members, string ranks) => [.. members.Where((_, rank) => !Numbers(ranks).Contains(rank))];

    private Member[] Members(int count)
    {
        var spec = Spec(replicas: Replicas, strategy: "parameterServer") is var plain ? plain with { Train = plain.Train with { Ema = 0.9 } } : plain;
        return [.. Enumerable.Range(0, count).Select(_ => new Member(
            new PreparedJob(
                spec, new DatasetLease(Path.GetDirectoryName(dataset.ManifestPath)!, dataset.Manifest, null), Replicas, torch.CPU, null, _ => throw new NotSupportedException()),
            new RunOrders(AssignmentOf(spec))))];
    }

    private void Run(Member[] members, int startStep, int lastStep, params int[] mayNotPass)
    {
        var failures = RunEach(members, startStep, lastStep, mayNotPass);
        for (var rank = 0; rank < members.Length; rank++)
        {
            Assert.True(mayNotPass.Contains(rank) ? failures[rank] is CollectiveAbortedException : failures[rank] is null, $"rank {rank}: {failures[rank]}");
        }
    }

    private Exception?[] RunEach(Member[] members, int startStep, int lastStep, int[] mayNotPass)
    {
        var number = ++generation;
        var passed = new CountdownEvent(members.Length - mayNotPass.Length);
        var listeners = Array.ConvertAll(members, _ => new GroupListener(IPAddress.Loopback));
        var peers = Array.ConvertAll(listeners, listener => listener.Announce("127.0.0.1", HostIdentity.Current()));
        var failures = new Exception?[members.Length];
        var threads = members.Select((member, rank) => new Thread(() =>
        {
            try
            {
                member.Enter(AssignmentOf(member.Job.Spec) with { Generation = number, StartStep = startStep });
                using var group = CollectiveGroup.Join(OptionsOf(member, number, rank, peers), listeners[rank]);
                member.Train(group, startStep, lastStep, step =>
                {
                    if (step == lastStep && mayNotPass.Contains(rank))
                    {
                        // As if the order to halt had come, after others have counted the step.
                        Assert.True(passed.Wait(Deadline), "the others did not pass");
                        throw new CollectiveAbortedException("told to halt");
                    }

                    member.Orders.Pass(step);
                    if (step == lastStep)
                    {
                        passed.Signal();
                    }
                });
            }
            catch (Exception failure)
            {
                failures[rank] = failure;
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Assert.All(threads, thread => Assert.True(thread.Join(Deadline), "a member did not end"));
        Array.ForEach(listeners, listener => listener.Dispose());
        return failures;
    }

    private static GroupOptions OptionsOf(Member member, int number, int rank, PeerAddress[] peers) => new()
    {
        Job = $"server-{Environment.ProcessId}",
        Attempt = 1,
        Generation = number,
        Rank = rank,
        Replicas = Replicas,
        Peers = peers,
        BucketElements = [.. member.Job.Layout.Buckets.Select(bucket => bucket.Count)],
        Secret = new byte[32],
        Norms = true,
        StallTimeout = Deadline,
    };

    private void AssertUndisturbed(Member[] members, int steps)
    {
        var alone = Members(1);
        using var listener = new GroupListener(IPAddress.Loopback);
        using var group = CollectiveGroup.Join(OptionsOf(alone[0], 1, 0, [listener.Announce("127.0.0.1", "")]), listener);
        alone[0].Enter(AssignmentOf(alone[0].Job.Spec));
        alone[0].Train(group, new AllReduceStrategy(group, alone[0].Job.Layout, alone[0].Job.Parameters, alone[0].Job.Optimizer), 0, steps, static _ => { });
        var expected = alone[0].Hash();
        Run(members, steps, steps);
        Assert.All(members, member => Assert.Equal((steps, expected), (member.Job.Progress.Step, member.Hash())));
    }

    /// <summary>What outlives groups: a job, and what its member was told.</summary>
    private sealed record Member(PreparedJob Job, RunOrders Orders)
    {
        public string Hash() => Job.State.StateHash(Job.State.Buffers);

        public void Enter(Contracts.Workers.Assignment assignment)
        {
            Orders.Take(assignment);
            Assert.Equal(assignment.StartStep, Orders.TryNext()!.StartStep);
            Job.Settle(assignment.StartStep);
            if (assignment.StartStep == 0)
            {
                Job.Progress.TakeOver(0, null);
            }
        }

        public void Train(CollectiveGroup group, int startStep, int lastStep, Action<int> pass) =>
            Train(group, new ParameterServerStrategy(group, Job, Orders), startStep, lastStep, pass);

        public void Train(CollectiveGroup group, IUpdateStrategy strategy, int startStep, int lastStep, Action<int> pass)
        {
            strategy.GatherState(startStep);
            for (var step = startStep + 1; step <= lastStep; step++)
            {
                foreach (var bucket in group.Buckets)
                {
                    bucket.Open(step);
                    for (var replica = group.Plan.Replicas.First; replica < group.Plan.Replicas.Last; replica++)
                    {
                        var random = new Random((100 * step) + replica);
                        bucket.AddReplica(Array.ConvertAll(new float[bucket.Elements], _ => random.NextSingle() - 0.5f), new SideValues(20, replica));
                    }

                    strategy.Begin(bucket.Index);
                }

                var outcome = strategy.CompleteAndUpdate(step, 0.01, new GradientClip(0.5, 0), static _ => { }, pass);
                Job.Progress.Complete(step, outcome.LossSum, outcome.Targets, 1);
            }
        }
    }
}
