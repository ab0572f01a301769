using System.Diagnostics;
using SeqCluster.Bench.Faults;
using SeqCluster.Bench.Measurement;
using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Recovery;

/// <summary>Which process completed which step, in which generation, and when.</summary>
internal sealed class StepJournal
{
    private readonly Lock gate = new();
    private readonly List<FaultReport> completed = [];
    private readonly List<FaultReport> transferred = [];
    private readonly Dictionary<int, FaultReport> deaths = [];

    /// <summary>Takes a report down.</summary>
    public void Add(FaultReport report)
    {
        lock (gate)
        {
            if (report.Action == FaultAction.Kill)
            {
                deaths[report.ProcessId] = report;
            }
            else
            {
                (report.Point == FaultPoint.Transfer ? transferred : completed).Add(report);
            }
        }
    }

    /// <summary>How a process died by its own hand; null while it has not.</summary>
    public FaultReport? DeathOf(int process)
    {
        lock (gate)
        {
            return deaths.GetValueOrDefault(process);
        }
    }

    /// <summary>The last step that a process completed; null before the first.</summary>
    public FaultReport? Last(int process)
    {
        lock (gate)
        {
            return completed.FindLast(one => one.ProcessId == process);
        }
    }

    /// <summary>A process's steps in one generation, in their order.</summary>
    public IReadOnlyList<FaultReport> Of(int process, int generation)
    {
        lock (gate)
        {
            return [.. completed.Where(one => one.ProcessId == process && one.Generation == generation)];
        }
    }

    /// <summary>The first step that a process completed after a generation; null before it has.</summary>
    public FaultReport? FirstAfter(int process, int generation)
    {
        lock (gate)
        {
            return completed.Find(one => one.ProcessId == process && one.Generation > generation);
        }
    }

    /// <summary>A process's median time from step to step in a generation, in seconds; 0 with fewer than two steps.</summary>
    public double MedianStepSeconds(int process, int generation)
    {
        var steps = Of(process, generation);
        return steps.Count < 2 ? 0 : Median.Of(steps.Zip(steps.Skip(1)).Select(pair => Stopwatch.GetElapsedTime(pair.First.At, pair.Second.At).TotalSeconds));
    }

    /// <summary>How long a process took part in the state transfer of a generation, in seconds; 0 when there was none.</summary>
    public double TransferSeconds(int process, int generation)
    {
        lock (gate)
        {
            var pieces = transferred.Where(one => one.ProcessId == process && one.Generation == generation).ToList();
            return pieces.Count < 2 ? 0 : Stopwatch.GetElapsedTime(pieces[0].At, pieces[^1].At).TotalSeconds;
        }
    }

    /// <summary>What is wrong with the steps 1 to <paramref name="last"/>: one that nobody completed, or that a process did twice; null for nothing.</summary>
    public string? Fault(int last)
    {
        lock (gate)
        {
            var missing = Enumerable.Range(1, last).Except(completed.Select(one => one.Step)).ToList();
            var twice = completed.GroupBy(one => (one.ProcessId, one.Step)).FirstOrDefault(same => same.Count() > 1);
            return missing.Count > 0 ? $"nobody completed step {missing[0]}"
                : twice is not null ? $"process {twice.Key.ProcessId} completed step {twice.Key.Step} {twice.Count()} times"
                : null;
        }
    }
}
