using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Worker.Ledger;
using SeqCluster.Worker.TrainingLoop;

namespace SeqCluster.Worker.Control;

/// <summary>
/// What one run has to tell, handed from the engine thread to the control loop. The engine only adds to lists in memory. Rank 0 tells
/// of the job's steps, everybody of its own times.
/// </summary>
internal sealed class RunReporter(Assignment first, string workerId, string incarnation, TimeProvider time, Action wake) : IRunObserver
{
    /// <summary>Steps in one frame: well below the frame bound.</summary>
    private const int MaximumStepsPerFrame = 256;

    /// <summary>Checkpoints in one report: more than are written between two heartbeats of any job that trains.</summary>
    private const int MaximumCheckpoints = 4;

    private readonly Lock gate = new();
    private readonly List<Told> told = [];
    private readonly List<WorkerLogLine> lines = [];
    private IReadOnlyList<WrittenCheckpoint> checkpoints = [];
    private FailedCheckpoint? failedCheckpoint;
    private Assignment generation = first;
    private MemberPhase phase = MemberPhase.Assigned;
    private int step = first.OwnStep();
    private IReadOnlyList<StateShare>? shares;
    private int? lostRank;
    private string haltDetail = "";
    private double replicaMs;
    private bool hasNews;
    private RunOutcome? outcome;

    public StepLedger Ledger { get; } = new();

    /// <summary>Whether the run has come to something, or has said its last word in the generation.</summary>
    public bool IsOver
    {
        get
        {
            lock (gate)
            {
                return outcome is not null || phase == MemberPhase.Halted;
            }
        }
    }

    public void Entered(Assignment entered)
    {
        lock (gate)
        {
            if (entered.Follows(generation))
            {
                Begin(entered);
            }
        }
    }

    public void Halted(Assignment halted, HeldStep at, int? lost, string detail)
    {
        lock (gate)
        {
            if (halted.Generation < generation.Generation || outcome is { Fault.Length: > 0 })
            {
                return;
            }

            if (halted.Follows(generation))
            {
                Begin(halted);
            }

            // Who was told to halt may find out afterwards that it has lost somebody as well.
            (phase, step, shares, outcome, hasNews) = (MemberPhase.Halted, at.Step, at.Shares, null, true);
            (lostRank, haltDetail) = (lostRank ?? lost, haltDetail.Length > 0 ? haltDetail : detail);
        }

        wake();
    }

    public void Progress(MemberPhase entered, int completedStep)
    {
        lock (gate)
        {
            // Its last word in a generation stands: the engine may be a moment behind it.
            if (phase == MemberPhase.Halted)
            {
                return;
            }

            step = completedStep;
            if (entered == phase)
            {
                return;
            }

            (phase, hasNews) = (entered, true);
        }

        wake();
    }

    public void Pace(double replicaMs)
    {
        lock (gate)
        {
            this.replicaMs = replicaMs;
        }
    }

    public void Metrics(Assignment of, IReadOnlyList<MetricPoint> points)
    {
        lock (gate)
        {
            told.Add(new Told(of.Attempt, of.Generation, points));
        }
    }

    public void Checkpoint(WrittenCheckpoint written)
    {
        lock (gate)
        {
            checkpoints = [.. checkpoints.Append(written).TakeLast(MaximumCheckpoints)];
            hasNews = true;
        }

        wake();
    }

    public void CheckpointFailed(int step, string detail)
    {
        Log("warning", detail);
        lock (gate)
        {
            (failedCheckpoint, hasNews) = (new FailedCheckpoint(step, detail[..Math.Min(detail.Length, WireProtocol.MaximumLogLineLength)]), true);
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

    public void Ended(RunOutcome result)
    {
        lock (gate)
        {
            if (phase == MemberPhase.Halted && result.Fault.Length == 0)
            {
                return;
            }

            outcome = result;
            phase = result.HasYielded ? MemberPhase.Yielded : result.Result is null ? MemberPhase.Faulted : MemberPhase.Done;
            hasNews = true;
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
                JobId = generation.JobId,
                Attempt = generation.Attempt,
                Generation = generation.Generation,
                WorkerId = workerId,
                Incarnation = incarnation,
                Step = step,
                Phase = phase,
                Detail = outcome?.Fault ?? haltDetail,
                Retryable = outcome?.Retryable ?? false,
                Result = outcome?.Result,
                Checkpoints = checkpoints.Count > 0 ? checkpoints : null,
                FailedCheckpoint = failedCheckpoint,
                DamagedCheckpoint = outcome?.DamagedCheckpoint,
                LostRank = lostRank,
                ReplicaMs = replicaMs,
                Shares = shares,
            };
        }
    }

    /// <summary>The report, if the phase changed or a checkpoint came since the last call.</summary>
    public MemberReport? TakeChangedReport()
    {
        lock (gate)
        {
            if (!hasNews)
            {
                return null;
            }

            hasNews = false;
        }

        return Report();
    }

    /// <summary>The next batch that was not taken yet, all of one generation; or null.</summary>
    public TakenReports? TakeSteps()
    {
        lock (gate)
        {
            IReadOnlyList<LedgerEntry> entries = generation.Rank == 0 ? Ledger.TakeUnsent(MaximumStepsPerFrame) : [];
            if (entries.Count == 0 && told.Count == 0)
            {
                return null;
            }

            var (attempt, number) = entries.Count > 0 ? (entries[0].Place.Attempt, entries[0].Place.Generation) : (told[0].Attempt, told[0].Generation);
            var own = told.Take(MaximumStepsPerFrame).TakeWhile(one => (one.Attempt, one.Generation) == (attempt, number)).ToList();
            told.RemoveRange(0, own.Count);
            var reports = new WorkerStepReports
            {
                JobId = generation.JobId,
                Attempt = attempt,
                Generation = number,
                WorkerId = workerId,
                Rank = generation.Rank,
                Steps = [.. entries.Select(static entry => entry.Report).OfType<StepReport>()],
                Metrics = [.. entries.SelectMany(static entry => entry.Metrics), .. own.SelectMany(static one => one.Metrics)],
            };
            return new TakenReports(reports, Ledger, entries.Count > 0 ? entries[^1].Place : null);
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
            var frame = new LogFrame { JobId = generation.JobId, Lines = lines.GetRange(0, count) };
            lines.RemoveRange(0, count);
            return frame;
        }
    }

    private void Begin(Assignment entered) =>
        (generation, phase, outcome, shares, lostRank, haltDetail) = (entered, MemberPhase.Assigned, null, null, null, "");

    /// <summary>What this worker measured in a step, in the generation in which it was done.</summary>
    private readonly record struct Told(int Attempt, int Generation, IReadOnlyList<MetricPoint> Metrics);
}
