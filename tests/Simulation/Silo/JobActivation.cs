using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Grains.Jobs;
using SeqCluster.Simulation.Tests.Checking;

namespace SeqCluster.Simulation.Tests.Silo;

/// <summary>What <see cref="JobGrain"/> does around <see cref="JobMachine"/>.</summary>
internal sealed class JobActivation(SimulatedSilo silo) : Activation(silo, World.JobKey)
{
    private const int EffectsLimit = 8;
    private JobLife? life;
    private int version;

    public override void Activate()
    {
        (life, version) = Silo.Store.Read<JobLife>(Key);
        SetTimer();
    }

    public async Task Submit(JobSpec spec)
    {
        if (life is null)
        {
            await Store(JobMachine.Submit(World.JobId, spec, Now));
            await Poll();
        }
    }

    /// <summary>What a person asks for; refused where the job's state does not allow it.</summary>
    public async Task Ask(JobInput input)
    {
        if (life is { } known && JobMachine.Table.Find(known.State, input.Signal) is not null)
        {
            await Follow(await Take(input));
        }
    }

    public Task Poll() => life is { } known
        ? Follow(new JobDecision(known, JobMachine.Poll(known), [], IsChange: false))
        : Task.CompletedTask;

    private async Task Follow(JobDecision decision)
    {
        for (int count = 0; decision.Effect != JobEffect.None && count < EffectsLimit; count++)
        {
            decision = await Take(await CarryOut(decision));
        }
    }

    private async Task<JobInput> CarryOut(JobDecision decision)
    {
        JobLife known = decision.Life;
        switch (decision.Effect)
        {
            case JobEffect.AskScheduler:
                return JobInput.Of(await Silo.Call<SchedulerActivation, Placement>(
                    World.SchedulerKey, scheduler => scheduler.Demand(JobMachine.Demand(known))));
            case JobEffect.StartAttempt:
                return JobInput.Of(await Coordinator(one => one.Start(
                    known.Spec, known.Attempt, decision.Workers.Take(known.WantedWorkers).ToArray())), known);
            case JobEffect.AskCoordinator:
                return JobInput.Of(await Coordinator(one => one.GetStatus()), known);
            case JobEffect.BalanceWorkers:
                Placement held = await Silo.Call<SchedulerActivation, Placement>(World.SchedulerKey, scheduler =>
                    scheduler.Extend(JobMachine.Demand(known), known.Members.Select(member => member.WorkerId).ToArray()));
                return JobInput.Of(
                    held.IsReserved
                        ? await Coordinator(one => one.Offer(known.Attempt, known.WantedWorkers, held.Workers))
                        : await Coordinator(one => one.GetStatus()),
                    known);
            case JobEffect.AskToYield:
                return JobInput.Of(await Coordinator(one => one.Yield(known.Attempt, known.Reason)), known);
            default:
                await Silo.Call<CoordinatorActivation>(World.CoordinatorKey, one => one.Stop(known.Attempt, known.Reason));
                await Silo.Call<SchedulerActivation>(World.SchedulerKey, scheduler => scheduler.Release(World.JobId));
                return JobInput.Plain(JobSignal.Freed);
        }
    }

    private Task<Contracts.Membership.CoordinatorStatus> Coordinator(
        Func<CoordinatorActivation, Task<Contracts.Membership.CoordinatorStatus>> call) => Silo.Call(World.CoordinatorKey, call);

    private async Task<JobDecision> Take(JobInput input)
    {
        JobDecision decision = JobMachine.Decide(life!, input, Now);
        if (decision.IsChange)
        {
            await Store(decision.Life);
        }
        else
        {
            life = decision.Life;
        }

        return decision;
    }

    private async Task Store(JobLife next)
    {
        life = next with { Outbox = [] };
        version = await Write(life, version);
        Silo.Simulator.Say("job", () => $"{next.State}, attempt {next.Attempt}: {next.Reason}");
        SetTimer();
    }

    private void SetTimer()
    {
        TimeSpan period = life is { } known ? JobMachine.PollPeriod(known) : Timeout.InfiniteTimeSpan;
        SetTimer(period == Timeout.InfiniteTimeSpan ? null : period, Poll);
    }
}
