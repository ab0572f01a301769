using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Control;

/// <summary>
/// What one run has to tell, handed from the engine thread to the control loop. The engine only adds to lists in memory;
/// step reports stay until the silo has stored them.
/// </summary>
internal sealed class RunReporter(Assignment assignment, string workerId, string incarnation, TimeProvider time, Action wake) : IRunObserver
{
    /// <summary>Steps in one frame: well below the frame bound.</summary>
    private const int MaximumStepsPerFrame = 256;

    /// <summary>Checkpoints in one report: more than are written between two heartbeats of any job that trains.</summary>
    private const int MaximumCheckpoints = 4;

    private readonly Lock gate = new();
    private readonly List<StepReport> steps = [];
    private readonly List<MetricPoint> metrics = [];
    private readonly List<WorkerLogLine> lines = [];
    private IReadOnlyList<WrittenCheckpoint> checkpoints = [];
    private bool hasNewCheckpoint;
    private MemberPhase phase = MemberPhase.Assigned;
    private MemberPhase announced = MemberPhase.Assigned;
    private int step;
    private RunOutcome? outcome;

    public Assignment Assignment => assignment;

    public void Progress(MemberPhase entered, int completedStep)
    {
        lock (gate)
        {
            step = completedStep;
            if (entered == phase)
            {
                return;
            }

            phase = entered;
        }

        wake();
    }

    public void Step(StepReport report, IReadOnlyList<MetricPoint> points)
    {
        lock (gate)
        {
            steps.Add(report);
            metrics.AddRange(points);
        }
    }

    public void Checkpoint(WrittenCheckpoint written)
    {
        lock (gate)
        {
            checkpoints = [.. checkpoints.Append(written).TakeLast(MaximumCheckpoints)];
            hasNewCheckpoint = true;
        }

        wake();
    }

    public void Log(string text) => Log("information", text);

    public void Log(string level, string text)
    {
        lock (gate)
        {
            var cut = text.ReplaceLineEndings(" ");
            lines.Add(new WorkerLogLine(
                time.GetUtcNow().ToUnixTimeMilliseconds(), level, cut[..Math.Min(cut.Length, WireProtocol.MaximumLogLineLength)]));
        }

        wake();
    }

    /// <summary>The run is over.</summary>
    public void Ended(RunOutcome result)
    {
        lock (gate)
        {
            outcome = result;
            phase = result.HasYielded ? MemberPhase.Yielded : result.Result is null ? MemberPhase.Faulted : MemberPhase.Done;
        }

        if (result.Fault.Length > 0)
        {
            Log("error", result.Fault);
        }

        wake();
    }

    /// <summary>Where the run is.</summary>
    public MemberReport Report()
    {
        lock (gate)
        {
            return new MemberReport
            {
                JobId = assignment.JobId,
                Attempt = assignment.Attempt,
                Generation = assignment.Generation,
                WorkerId = workerId,
                Incarnation = incarnation,
                Step = step,
                Phase = phase,
                Detail = outcome?.Fault ?? "",
                Retryable = outcome?.Retryable ?? false,
                Result = outcome?.Result,
                Checkpoints = checkpoints.Count > 0 ? checkpoints : null,
                DamagedCheckpoint = outcome?.DamagedCheckpoint,
            };
        }
    }

    /// <summary>The report, if the phase changed or a checkpoint came since the last call.</summary>
    public MemberReport? TakeChangedReport()
    {
        lock (gate)
        {
            if (phase == announced && !hasNewCheckpoint)
            {
                return null;
            }

            announced = phase;
            hasNewCheckpoint = false;
        }

        return Report();
    }

    /// <summary>The next batch of steps that were not taken yet, or null.</summary>
    public WorkerStepReports? TakeSteps()
    {
        lock (gate)
        {
            if (steps.Count == 0)
            {
                return null;
            }

            var count = Math.Min(steps.Count, MaximumStepsPerFrame);
            var last = steps[count - 1].Step;
            var points = metrics.FindAll(point => point.Step <= last);
            var batch = new WorkerStepReports
            {
                JobId = assignment.JobId,
                Attempt = assignment.Attempt,
                Generation = assignment.Generation,
                WorkerId = workerId,
                Rank = assignment.Rank,
                Steps = steps.GetRange(0, count),
                Metrics = points,
            };
            steps.RemoveRange(0, count);
            metrics.RemoveRange(0, points.Count);
            return batch;
        }
    }

    /// <summary>The lines that were not taken yet, or null.</summary>
    public LogFrame? TakeLines()
    {
        lock (gate)
        {
            if (lines.Count == 0)
            {
                return null;
            }

            var count = Math.Min(lines.Count, WireProtocol.MaximumLogLines);
            var frame = new LogFrame { JobId = assignment.JobId, Lines = lines.GetRange(0, count) };
            lines.RemoveRange(0, count);
            return frame;
        }
    }
}
