using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers;
using SeqCluster.Grains.Jobs;
using SeqCluster.Grains.Membership;
using SeqCluster.Simulation.Tests.Kernel;
using SeqCluster.Simulation.Tests.Workers;

namespace SeqCluster.Simulation.Tests.Checking;

/// <summary>What must hold after each event. Sees everything, and tells nobody.</summary>
internal sealed class Invariants
{
    private readonly World world;
    private readonly SortedDictionary<(int Attempt, int Generation), AttemptLife> generations = [];
    private readonly Dictionary<(int Attempt, int Generation, int Rank), int> applied = [];
    private readonly Dictionary<(int Attempt, string Incarnation), int> passed = [];
    private readonly Dictionary<(int Attempt, string Incarnation), int> outlived = [];
    private readonly HashSet<string> damaged = [];
    private int latestTraining;
    private AttemptLife last = new();

    public Invariants(World world)
    {
        this.world = world;
        world.Store.Written += Written;
    }

    /// <summary>How many generations were stored.</summary>
    public int Generations => generations.Count;

    public void Damaged(string reference) => damaged.Add(reference);

    /// <summary>Nothing that is in the stored registry is removed from the disk.</summary>
    public void Removed(string reference) => Require(
        last.Checkpoints.All(one => one.Reference != reference || one.IsDamaged || damaged.Contains(reference)),
        () => $"{reference} is in the registry and was removed");

    /// <summary>A slot is told work: what it says of a generation must be stored.</summary>
    public void Told(string workerId, string incarnation, Assignment work)
    {
        if (work.Rank < 0)
        {
            return;
        }

        Require(
            generations.TryGetValue((work.Attempt, work.Generation), out AttemptLife? stored) && stored.StartStep == work.StartStep
            && stored.Source == work.Source && stored.Secret.AsSpan().SequenceEqual(work.Secret)
            && stored.Members.Select(member => member.Worker.Incarnation).SequenceEqual(work.Members.Select(member => member.Incarnation)),
            () => $"{workerId} ({incarnation}) was told generation {work.Attempt}.{work.Generation}, which is not stored like that");
    }

    /// <summary>A member has passed the point of no return of a step.</summary>
    public void Passed(WorkerProcess process, Assignment generation, int step)
    {
        (int, int) own = (generation.Attempt, generation.Generation);
        foreach (((int, int) other, AttemptLife later) in generations)
        {
            if (other.CompareTo(own) > 0)
            {
                RequireOutlived(process, generation, step, later);
            }
        }

        RequireAlone(process, generation, step);
        passed[(generation.Attempt, process.Incarnation)] = step;
    }

    /// <summary>A member has completed a step.</summary>
    public void Applied(WorkerProcess process, Assignment generation, int step, ToyState state)
    {
        Require(state.StateHash() == world.Reference.Hashes[step],
            () => $"{process.Incarnation} has other bits after step {step} in generation {generation.Attempt}.{generation.Generation} than the undisturbed run");
        applied[(generation.Attempt, generation.Generation, generation.Rank)] = step;
        for (int rank = 0; rank < generation.Members.Count; rank++)
        {
            int reached = applied.GetValueOrDefault((generation.Attempt, generation.Generation, rank), generation.StartStep);
            Require(reached >= step - 1, () => $"rank {generation.Rank} has completed step {step}, rank {rank} only step {reached}");
        }
    }

    /// <summary>A report of steps has reached the disk. Of one step all say the same.</summary>
    public void Stored(WorkerStepReports reports)
    {
        foreach (StepReport report in reports.Steps)
        {
            Require(
                world.Store.StepReports.Where(known => known.Key.Step == report.Step).All(known => known.Value.Contradiction(report) is null),
                () => $"{reports.WorkerId} tells of step {report.Step} in {reports.Attempt}.{reports.Generation} otherwise than it was told before");
            world.Store.StepReports.TryAdd((reports.Attempt, reports.Generation, report.Step), report);
        }
    }

    /// <summary>The job has ended.</summary>
    public void Finished(JobLife job)
    {
        if (job.State == JobState.Cancelled)
        {
            return;
        }

        Require(job.State == JobState.Completed, () => $"the job is {job.State}: {job.Reason}");
        Require(job.Result!.StateSha256 == world.Reference.Hashes[^1] && job.Result.WeightsSha256 == world.Reference.States[^1].WeightsHash(),
            () => "the result is not that of the undisturbed run");
        Ledger.Require(world, last.Lineage);
    }

    private void Written(string key, object state)
    {
        if (state is not AttemptLife life)
        {
            return;
        }

        (int Attempt, int Generation) now = (life.Attempt, life.Generation);
        Require(now.CompareTo((last.Attempt, last.Generation)) >= 0,
            () => $"{key}: generation {now} was stored after {last.Attempt}.{last.Generation}");
        foreach (JobCheckpoint one in life.Checkpoints)
        {
            Require(one.StateSha256 == world.Reference.Hashes[one.Step], () => $"{one.Reference} was committed with other bits than the undisturbed run's");
        }

        if (life.Members.Count > 0 && life.IsActive && generations.TryAdd(now, life))
        {
            Formed(life);
        }

        last = life;
    }

    // Nothing that a member has applied, and still holds, is undone by what follows. Who was given up comes back without a state.
    private void Formed(AttemptLife life)
    {
        foreach (AttemptMember member in life.Members)
        {
            if (last.Attempt == life.Attempt && last.Present.Any(one => one.Worker == member.Worker))
            {
                int held = passed.GetValueOrDefault((life.Attempt, member.Worker.Incarnation), -1);
                Require(held <= life.StartStep,
                    () => $"generation {life.Attempt}.{life.Generation} begins after step {life.StartStep}, and {member.Worker.Incarnation} has completed step {held}");
            }
        }
    }

    // Of an older generation of its attempt nobody completes a step who is in a later one; and who was given up, and does not know yet,
    // only the one that was under way.
    private void RequireOutlived(WorkerProcess process, Assignment generation, int step, AttemptLife later)
    {
        if (later.Attempt != generation.Attempt)
        {
            return;
        }

        string account = $"{process.Incarnation} completes step {step} in generation {generation.Attempt}.{generation.Generation}";
        Require(later.Members.All(member => member.Worker.Incarnation != process.Incarnation),
            () => $"{account}, and is a member of {later.Attempt}.{later.Generation}");
        Require(step <= later.StartStep + 1,
            () => $"{account}, and generation {later.Attempt}.{later.Generation} began after step {later.StartStep}: two generations go on");
    }

    // An attempt that was given up because nobody heard its members goes on until they have parked, or are told. No other may train then.
    private void RequireAlone(WorkerProcess process, Assignment generation, int step)
    {
        latestTraining = Math.Max(latestTraining, generation.Attempt);
        if (generation.Attempt == latestTraining)
        {
            return;
        }

        int late = outlived[(generation.Attempt, process.Incarnation)] = outlived.GetValueOrDefault((generation.Attempt, process.Incarnation)) + 1;
        Require(late <= 1,
            () => $"{process.Incarnation} completes step {step} of attempt {generation.Attempt}, not only the one under way, while attempt {latestTraining} trains");
    }

    private static void Require(bool holds, Func<string> fault)
    {
        if (!holds)
        {
            throw new SimulationException(fault());
        }
    }
}
