using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Grains.Membership;

namespace SeqCluster.Grains.Tests.Membership;

/// <summary>What members say of checkpoints, what is found in the store, and where attempts begin.</summary>
public sealed class CoordinatorCheckpointTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;

    [Fact]
    public void Report_Checkpoint_IsStoredOnceWithAnEventAndTrims()
    {
        AttemptLife life = Training();
        MemberReport report = ReportOf(life, 0, MemberPhase.Training) with { Checkpoints = [Samples.Written(10), Samples.Written(20)] };
        CoordinatorDecision told = CoordinatorMachine.Report(life, report, Now);
        Assert.Equal((true, true, 2), (told.IsChange, told.Trims, told.Life.Outbox.Count));
        Assert.Equal("checkpoint.committed", told.Life.Outbox[0].Kind);
        Assert.Equal([10, 20], told.Life.Checkpoints.Select(one => one.Step));
        CoordinatorDecision again = CoordinatorMachine.Report(told.Life, report, Now);
        Assert.Equal((false, false, 2), (again.IsChange, again.Trims, again.Life.Outbox.Count));
        Assert.Equal(2, Start(CoordinatorMachine.Lose(told.Life, "worker-1", "worker-1-1", "left", Now).Life, 2).Life.Checkpoints.Count);
    }

    /// <summary>Its member had gone on alone, and all others from the step before.</summary>
    [Fact]
    public void Report_CheckpointOutsideTheLineage_IsNotTaken()
    {
        AttemptLife life = Training();
        life = life with { Generation = 2, StartStep = 9, Lineage = [.. life.Lineage, new GenerationRecord(1, 2, 9, "worker-0")] };
        WrittenCheckpoint[] written = [Samples.Written(10), Samples.Written(20) with { Generation = 2 }];
        CoordinatorDecision told = CoordinatorMachine.Report(life, ReportOf(life, 0, MemberPhase.Training) with { Checkpoints = written }, Now);
        Assert.Equal([20], told.Life.Checkpoints.Select(one => one.Step));
    }

    [Fact]
    public void Report_FailedCheckpoint_IsAnEventOnceAndTheAttemptGoesOn()
    {
        AttemptLife life = Training();
        MemberReport report = ReportOf(life, 0, MemberPhase.Training) with { FailedCheckpoint = new FailedCheckpoint(10, "no room in /here") };
        CoordinatorDecision told = CoordinatorMachine.Report(life, report, Now);
        Assert.Equal((AttemptState.Training, true, "checkpoint.failed"), (told.Life.State, told.IsChange, Assert.Single(told.Life.Outbox).Kind));
        Assert.Contains("no room in /here", told.Life.Outbox[0].Message, StringComparison.Ordinal);
        Assert.False(CoordinatorMachine.Report(told.Life, report, Now).IsChange);
        Assert.Single(CoordinatorMachine.Report(told.Life, report with { Checkpoints = [Samples.Written(20)], FailedCheckpoint = new FailedCheckpoint(15, "late") }, Now)
            .Life.Outbox, one => one.Kind == "checkpoint.failed");
    }

    [Fact]
    public void Adopt_WhatNobodyToldOf_IsWhereTheNextAttemptBeginsButNothingOutsideTheLineage()
    {
        AttemptLife life = Start(new AttemptLife(), 1).Life;
        life = CoordinatorMachine.Stop(life, 1, "because", Now).Life with { Outbox = [] };
        WrittenCheckpoint[] found = [Samples.Written(10), Samples.Written(20), Samples.Written(30) with { Generation = 2 }, Samples.Written(40, attempt: 2)];
        CoordinatorDecision adopted = CoordinatorMachine.Adopt(life, found, Now);
        Assert.True(adopted.IsChange);
        Assert.Equal(["checkpoint.adopted", "checkpoint.adopted"], adopted.Life.Outbox.Select(one => one.Kind));
        Assert.Equal(20, Start(adopted.Life, 2).Life.ResumesFrom!.Step);
        Assert.False(CoordinatorMachine.Adopt(adopted.Life, found, Now).IsChange);
        Assert.False(CoordinatorMachine.Adopt(new AttemptLife(), found, Now).IsChange);
    }

    [Fact]
    public void Report_DamagedCheckpoint_TheNextAttemptsUseTheOneBeforeThenNone()
    {
        AttemptLife life = Training();
        life = CoordinatorMachine.Report(
            life, ReportOf(life, 0, MemberPhase.Training) with { Checkpoints = [Samples.Written(10), Samples.Written(20)] }, Now).Life;
        foreach (int? expected in new int?[] { 20, 10, null })
        {
            life = Start(CoordinatorMachine.Stop(life, life.Attempt, "because", Now).Life, life.Attempt + 1).Life with { Outbox = [] };
            Assert.Equal(expected, life.ResumesFrom?.Step);
            Assert.Equal(expected ?? 0, life.StartStep);
            if (life.ResumesFrom is { } resumed)
            {
                MemberReport report = ReportOf(life, 1, MemberPhase.Faulted) with { Retryable = true, DamagedCheckpoint = resumed.Reference };
                CoordinatorDecision lost = CoordinatorMachine.Report(life, report, Now);
                Assert.Equal((AttemptState.Lost, "checkpoint.damaged"), (lost.Life.State, lost.Life.Outbox[0].Kind));
                Assert.True(lost.IsChange);
                life = lost.Life;
            }
        }

        Assert.All(life.Checkpoints, one => Assert.True(one.IsDamaged));
    }

    /// <summary>What is continued is the job's first checkpoint; when it cannot be used there is nothing to begin from, and never random weights.</summary>
    [Fact]
    public void Start_OfAJobThatContinuesAnother_BeginsAfterItsStepOrFails()
    {
        JobSpec spec = Samples.Continuing(step: 5);
        AttemptLife life = CoordinatorMachine.Start(new AttemptLife(), spec, 1, Samples.Offers(2), [1], Now).Life;
        Assert.Equal((5, "job-a/attempt-0/step-000000005", 5), (life.StartStep, life.ResumesFrom!.Reference, life.Lineage[0].StartStep));
        Assert.Equal(["checkpoint.adopted", "generation.formed"], life.Outbox.Select(one => one.Kind));
        Assert.Equal("attempt 1: step 5 of first-abc234@5 is in job-a/attempt-0/step-000000005; weights weights 5", life.Outbox[0].Message);

        AttemptLife again = CoordinatorMachine.Start(CoordinatorMachine.Stop(life, 1, "because", Now).Life, spec, 2, Samples.Offers(2), [1], Now).Life;
        Assert.Equal((5, 1), (again.StartStep, again.Outbox.Count(one => one.Kind == "checkpoint.adopted")));
        MemberReport report = ReportOf(life, 1, MemberPhase.Faulted) with { Retryable = true, DamagedCheckpoint = life.ResumesFrom.Reference };
        Assert.Equal(AttemptState.Failed, CoordinatorMachine.Report(life, report, Now).Life.State);
    }

    private static AttemptLife Training() => Enumerable.Range(0, 2)
        .Aggregate(Start(new AttemptLife(), 1).Life, (life, rank) => CoordinatorMachine.Report(life, ReportOf(life, rank, MemberPhase.Training), Now).Life) with { Outbox = [] };

    private static CoordinatorDecision Start(AttemptLife life, int attempt) => CoordinatorMachine.Start(
        life, Samples.Spec(min: 1, max: 3), attempt, Samples.Offers(2), [1, 2, 3], Now);

    private static MemberReport ReportOf(AttemptLife life, int rank, MemberPhase phase) => Samples.Report(life, rank, phase, step: 3, "because");
}
