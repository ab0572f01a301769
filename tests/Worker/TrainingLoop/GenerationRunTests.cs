using System.Net;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Membership;
using SeqCluster.Worker.TrainingLoop;
using TorchSharp;

namespace SeqCluster.Worker.Tests.TrainingLoop;

/// <summary>A run that goes through several generations, with one member in each.</summary>
public sealed class GenerationRunTests : RunHarness
{
    [TorchTheory]
    [InlineData("allReduce", "halt")]
    [InlineData("allReduce", "boundary")]
    [InlineData("allReduce", "later")]
    [InlineData("parameterServer", "boundary")]
    public void Run_OverManyGenerations_EndsInTheSameBitsAndDoesNoStepTwice(string strategy, string how)
    {
        var spec = Spec(steps: 12, strategy: strategy, everySteps: 4);
        var expected = Complete(spec);
        TrainingRun? run = null;
        var latest = AssignmentOf(spec);
        var observer = new RecordingObserver((phase, step) =>
        {
            // In the middle of what follows a step, too: at evaluations and checkpoints.
            if (step is 2 or 4 or 7 && phase != MemberPhase.Connecting && latest.StartStep < step)
            {
                run!.Take(how switch
                {
                    "halt" => latest with { Halts = true },
                    "boundary" => latest with { Regroups = true },
                    _ => latest = latest with { Generation = latest.Generation + 1, StartStep = step },
                });
            }
        });
        observer.OnHalted = (halted, step) =>
        {
            if (halted.Generation == latest.Generation)
            {
                run!.Take(latest = latest with { Generation = latest.Generation + 1, StartStep = step });
            }
        };
        var outcome = Run(spec, observer, started => run = started);
        Assert.Equal("", outcome.Fault);
        Assert.Equal((expected.WeightsSha256, expected.StateSha256), (outcome.Result!.WeightsSha256, outcome.Result.StateSha256));
        Assert.Equal((expected.TrainLoss, expected.ValidationLoss), (outcome.Result.TrainLoss, outcome.Result.ValidationLoss));
        Assert.Equal(Enumerable.Range(1, 12), observer.Steps.Select(step => step.Step));
        Assert.Equal(4, observer.Generations.Count);
        Assert.Equal([4, 8, 12], observer.Checkpoints.Select(written => written.Step).Distinct());
    }

    [TorchFact]
    public void Run_CalledBackAfterItsEnd_ComesToTheSameResultAgain()
    {
        var spec = Spec(steps: 5);
        TrainingRun? run = null;
        var observer = new RecordingObserver();
        observer.OnEnded = _ =>
        {
            if (observer.Outcomes.Count == 1)
            {
                run!.Take(AssignmentOf(spec) with { Generation = 2, StartStep = 5 });
            }
            else
            {
                run!.Abort("enough");
            }
        };
        Run(spec, observer, started => run = started);
        Assert.Equal(2, observer.Outcomes.Count);
        Assert.Equal(observer.Outcomes[0].Result!.StateSha256, observer.Outcomes[1].Result!.StateSha256);
        Assert.Equal(observer.Outcomes[0].Result!.ValidationLoss, observer.Outcomes[1].Result!.ValidationLoss);
    }

    [TorchFact]
    public void Take_HaltBeforeTheUpdate_TheAnsweredStepIsTheLast()
    {
        var spec = Spec(steps: 6);
        TrainingRun? run = null;
        var observer = new RecordingObserver((phase, step) =>
        {
            if (phase == MemberPhase.Training && step == 3)
            {
                run!.Take(AssignmentOf(spec) with { Halts = true });
            }
        });
        observer.OnHalted = (_, _) =>
        {
            if (observer.Halts.Count == 2)
            {
                run!.Abort("enough");
            }
        };
        Run(spec, observer, started => run = started);
        Assert.Equal([(1, 3, null), (1, 3, null)], observer.Halts);
        Assert.Equal(3, observer.Steps[^1].Step);
    }

    /// <summary>
    /// Seed 37776 of the simulation: a worker whose run had been taken away began another one in the midst of the attempt, and took
    /// what it began with for the state of the step at which the generation starts.
    /// </summary>
    [TorchFact]
    public void Run_BeginsInALaterGeneration_HoldsWhatTheAttemptBeganWith()
    {
        var spec = Spec(steps: 6);
        var observer = new RecordingObserver();
        using var listener = new GroupListener(IPAddress.Loopback);
        using var run = new TrainingRun(AssignmentOf(spec) with { Generation = 3, StartStep = 4 }, listener, torch.CPU, Files(), observer);
        Assert.Contains("rank 0 shall give the state of step 4, and holds that of step 0", run.Run().Fault, StringComparison.Ordinal);
    }

    [TorchFact]
    public void Run_ToldToGiveAStateThatItDoesNotHold_FailsAndSaysSo()
    {
        var spec = Spec(steps: 6);
        var observer = new RecordingObserver();
        using var listener = new GroupListener(IPAddress.Loopback);
        using var run = new TrainingRun(AssignmentOf(spec), listener, torch.CPU, Files(), observer);
        run.Take(AssignmentOf(spec) with { Generation = 2, StartStep = 4 });
        var outcome = run.Run();
        Assert.False(outcome.Retryable);
        Assert.Contains("rank 0 shall give the state of step 4, and holds that of step 0", outcome.Fault, StringComparison.Ordinal);
    }
}
