using SeqCluster.Contracts.Jobs;
using SeqCluster.Grains.Jobs;
using SeqCluster.Simulation.Tests.Faults;
using SeqCluster.Simulation.Tests.Kernel;
using SeqCluster.Simulation.Tests.Network;
using SeqCluster.Simulation.Tests.Silo;
using SeqCluster.Simulation.Tests.Workers;

namespace SeqCluster.Simulation.Tests.Checking;

/// <summary>One schedule: a silo, its store, workers, a job, and what happens to them; everything follows from the seed.</summary>
internal sealed class World
{
    public const string JobId = "toy";
    public const string JobKey = "job";
    public const string SchedulerKey = "scheduler";
    public const string CoordinatorKey = "coordinator";

    /// <summary>After the last fault the job must have ended by then.</summary>
    private static readonly TimeSpan EndBound = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, WorkerProcess> workers = [];
    private readonly int firstWorkers;
    private int incarnations;
    private int silos;

    /// <summary>A schedule that is all drawn from the seed.</summary>
    public World(int seed, Defect defect, bool isTraced)
        : this(seed, defect, isTraced, null)
    {
    }

    /// <summary>A schedule of which job, workers and faults are given.</summary>
    public World(int seed, Scenario scenario)
        : this(seed, Defect.None, isTraced: false, scenario)
    {
    }

    private World(int seed, Defect defect, bool isTraced, Scenario? scenario)
    {
        (Seed, Defect) = (seed, defect);
        Simulator = new Simulator(seed, isTraced);
        Network = new SimulatedNetwork(Simulator);
        Store = new SimulatedStore(this);
        Random random = Simulator.Random;
        Job = scenario?.Job ?? new ToyJob(seed, random.Next(5, 9), random.Next(8, 20), random.Next(3) * 3, random.Next(3) * 2, random.Next(1, 3), random.Next(3));
        Reference = new Reference(Job);
        Invariants = new Invariants(this);
        Disk = new SimulatedDisk(Invariants);
        Faults = scenario is null ? new FaultPlan(Simulator) : new FaultPlan(scenario.Faults);
        firstWorkers = scenario?.Workers ?? random.Next(1, 6);
        Silo = new SimulatedSilo(this, ++silos);
    }

    public int Seed { get; }

    public Defect Defect { get; }

    public Simulator Simulator { get; }

    public SimulatedNetwork Network { get; }

    public SimulatedStore Store { get; }

    public SimulatedDisk Disk { get; }

    public Invariants Invariants { get; }

    public FaultPlan Faults { get; }

    public ToyJob Job { get; }

    public Reference Reference { get; }

    /// <summary>The present one, alive or dead.</summary>
    public SimulatedSilo Silo { get; private set; }

    /// <summary>The process that listens at an address; null when none does.</summary>
    public WorkerProcess? ProcessAt(string address) =>
        workers.Values.FirstOrDefault(process => process.Address == address && !process.Life.IsDead);

    /// <summary>Runs to the job's end.</summary>
    /// <exception cref="SimulationException">Something that must always hold does not.</exception>
    public JobLife Run()
    {
        Silo.Start();
        for (int slot = firstWorkers; slot > 0; slot--)
        {
            StartWorker($"worker-{slot}");
        }

        Submit();
        foreach (TimedFault fault in Faults.Timed)
        {
            Simulator.After(fault.At, null, () => Befall(fault));
        }

        TimeSpan last = Faults.Timed.Select(fault => fault.At + fault.Duration).Append(TimeSpan.FromSeconds(30)).Max();
        if (!Simulator.RunUntil(IsEnded, last))
        {
            Heal();
            if (!Simulator.RunUntil(IsEnded, last + EndBound))
            {
                throw new SimulationException($"{EndBound.TotalMinutes:0} min after the last fault the job is {Life?.State}: {Life?.Reason}");
            }
        }

        Invariants.Finished(Life!);
        return Life!;
    }

    /// <summary>A process is gone at once; somebody starts another, sooner or later.</summary>
    public void Kill(WorkerProcess process)
    {
        if (process.Life.IsDead)
        {
            return;
        }

        process.Life.Kill();
        Simulator.Say(process.Incarnation, () => "is dead");
        Network.Died(process.Life);
        if (process.IsLocal)
        {
            Silo.Life.Do(() => Silo.Gateway.ProcessEnded(process));
        }

        if (Faults.IsOver || Simulator.Chance(0.8))
        {
            Simulator.After(Simulator.Between(100, 6000), null, () => StartWorker(process.WorkerId));
        }
    }

    /// <summary>The silo is gone with all that it has in memory; another starts on the same store.</summary>
    public void KillSilo(TimeSpan pause)
    {
        if (Silo.Life.IsDead)
        {
            return;
        }

        Silo.Life.Kill();
        Simulator.Say("silo", () => "is dead");
        Network.Died(Silo.Life);
        Simulator.After(pause, null, StartSilo);
    }

    // Whoever submits asks until it is stored.
    private void Submit()
    {
        if (Life is null)
        {
            Ask(job => job.Submit(Job.Spec));
            Simulator.After(TimeSpan.FromSeconds(2), null, Submit);
        }
    }

    private JobLife? Life => Store.Read<JobLife>(JobKey).State;

    private bool IsEnded() => Life is { IsFinished: true };

    private void StartWorker(string workerId)
    {
        if (workers.TryGetValue(workerId, out WorkerProcess? process) && !process.Life.IsDead)
        {
            return;
        }

        workers[workerId] = new WorkerProcess(this, workerId, ++incarnations, isLocal: Simulator.Chance(0.5));
        workers[workerId].Start();
    }

    private void StartSilo()
    {
        if (Silo.Life.IsDead)
        {
            Silo = new SimulatedSilo(this, ++silos);
            Silo.Start();
        }
    }

    private void Heal()
    {
        Simulator.Say("world", () => "no more faults");
        Faults.IsOver = true;
        Store.FaultProbability = 0;
        Network.MendAll();
        StartSilo();
        foreach (WorkerProcess process in workers.Values.ToArray())
        {
            process.Life.Continue();
            StartWorker(process.WorkerId);
        }

        // Enough for the job, also where it has been waiting for more than there were.
        for (int slot = 1; slot <= Job.MinimumWorkers; slot++)
        {
            StartWorker($"worker-{slot}");
        }

        Resume();
    }

    // Whoever resumes asks until it is heard: a pause that is under way cannot be taken back.
    private void Resume()
    {
        Ask(JobInput.Plain(JobSignal.ResumeAsked, "resumed"));
        Simulator.After(TimeSpan.FromSeconds(10), null, Resume);
    }

    private void Ask(JobInput input) => Ask(job => job.Ask(input));

    private void Ask(Func<JobActivation, Task> request)
    {
        if (!Silo.Life.IsDead)
        {
            Silo.Hint(JobKey, request);
        }
    }

    private void Befall(TimedFault fault)
    {
        Simulator.Say("world", () => $"{fault.Kind} {fault.Whom} {fault.Other} for {fault.Duration.TotalSeconds:0.00} s");
        WorkerProcess[] alive = workers.Values.Where(process => !process.Life.IsDead).ToArray();
        if (fault.Kind is < FaultKind.KillSilo && fault.Kind != FaultKind.AddWorker && alive.Length == 0)
        {
            return;
        }

        WorkerProcess one = alive.Length > 0 ? alive[fault.Whom % alive.Length] : null!;
        WorkerProcess other = alive.Length > 0 ? alive[fault.Other % alive.Length] : null!;
        switch (fault.Kind)
        {
            case FaultKind.KillWorker:
                Kill(one);
                break;
            case FaultKind.KillSeveral:
                Array.ForEach(alive[..(1 + (fault.Whom % alive.Length))], Kill);
                break;
            case FaultKind.StopWorker:
                one.Life.Stop();
                Simulator.After(fault.Duration, null, one.Life.Continue);
                break;
            case FaultKind.AddWorker:
                StartWorker($"worker-{1 + (fault.Whom % 8)}");
                break;
            case FaultKind.BreakLink:
                Network.Break(one.WorkerId, other.WorkerId);
                break;
            case FaultKind.CutOneWay:
                Cut(one.WorkerId, other.WorkerId, fault.Duration);
                break;
            case FaultKind.CutBothWays:
                Cut(one.WorkerId, other.WorkerId, fault.Duration);
                Cut(other.WorkerId, one.WorkerId, fault.Duration);
                break;
            case FaultKind.BreakFromSilo:
                Network.Break(one.WorkerId, SimulatedSilo.Host);
                break;
            case FaultKind.CutFromSilo:
                Cut(one.WorkerId, SimulatedSilo.Host, fault.Duration);
                Cut(SimulatedSilo.Host, one.WorkerId, fault.Duration);
                break;
            default:
                BefallSilo(fault);
                break;
        }
    }

    private void BefallSilo(TimedFault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.KillSilo:
                KillSilo(fault.Duration / 2);
                break;
            case FaultKind.DuplicateCoordinator:
                Silo.Duplicate(CoordinatorKey);
                break;
            case FaultKind.StoreFails:
                Store.FaultProbability = 0.3;
                Simulator.After(fault.Duration, null, () => Store.FaultProbability = 0);
                break;
            case FaultKind.DamageCheckpoint:
                Disk.Damage(fault.Whom);
                break;
            case FaultKind.Scale:
                int wanted = 1 + (fault.Whom % Job.Replicas);
                Ask(JobInput.Scale(wanted, $"wants up to {wanted} workers"));
                break;
            case FaultKind.Pause:
                Ask(JobInput.Plain(JobSignal.PauseAsked, "paused"));
                break;
            case FaultKind.Resume:
                Ask(JobInput.Plain(JobSignal.ResumeAsked, "resumed"));
                break;
            case FaultKind.Cancel:
                Ask(JobInput.Plain(JobSignal.CancelAsked, "cancelled"));
                break;
        }
    }

    private void Cut(string from, string to, TimeSpan duration)
    {
        if (from != to)
        {
            Network.Cut(from, to);
            Simulator.After(duration, null, () => Network.Mend(from, to));
        }
    }
}
