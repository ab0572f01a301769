namespace SeqCluster.Worker.TrainingLoop;

/// <summary>How far a run is, and what it has come to: what, beside weights and state, a step hands to the next. Engine thread only.</summary>
internal sealed class RunProgress
{
    private long targets;
    private double seconds;
    private int evaluatedStep = PreparedJob.NoState;

    /// <summary>The last completed step, whose state this member holds; <see cref="PreparedJob.NoState"/> for none.</summary>
    public int Step { get; private set; } = PreparedJob.NoState;

    /// <summary>What the run has come to; null before the first step.</summary>
    public RunSummary? Summary { get; private set; }

    /// <summary>The validation loss of the last completed step itself; null when it was not evaluated.</summary>
    public double? EvaluatedLoss => evaluatedStep == Step ? Summary?.ValidationLoss : null;

    /// <summary>The state of a step was taken from a checkpoint or from another member.</summary>
    public void TakeOver(int step, RunSummary? summary) => (Step, Summary, evaluatedStep) = (step, summary, PreparedJob.NoState);

    /// <summary>A step's update is done. Speed counts what this process did in the attempt; everything else does not know of attempts.</summary>
    public void Complete(int step, double lossSum, long stepTargets, double stepSeconds)
    {
        targets += stepTargets;
        seconds += stepSeconds;
        Step = step;
        Summary = new RunSummary(lossSum / stepTargets, Summary?.ValidationLoss, targets / seconds);
    }

    /// <summary>The model was evaluated after the last step.</summary>
    public void Evaluated(double validationLoss) => (Summary, evaluatedStep) = (Summary! with { ValidationLoss = validationLoss }, Step);
}
