using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Scheduling;
using SeqCluster.Contracts.Workers;

namespace SeqCluster.Grains.Tests.Cluster;

/// <summary>A worker with its gateway, as the grains see them: it does what the test says.</summary>
internal sealed class FakeWorker(IGrainFactory grains, WorkerOffer offer) : IWorkerObserver
{
    private readonly IWorkerGrain slot = grains.GetGrain<IWorkerGrain>(offer.WorkerId);
    private IWorkerObserver? reference;
    private long pushedVersion;
    private int pushes;

    public WorkerOffer Offer => offer;

    /// <summary>The greatest version that was pushed.</summary>
    public long PushedVersion => Interlocked.Read(ref pushedVersion);

    /// <summary>How often something was pushed.</summary>
    public int Pushes => Volatile.Read(ref pushes);

    public Task AssignmentChanged(long version)
    {
        Interlocked.Increment(ref pushes);
        Interlocked.Exchange(ref pushedVersion, Math.Max(PushedVersion, version));
        return Task.CompletedTask;
    }

    public Task<Assignment?> Connect() => slot.Connect(offer, Reference());

    public Task<long> Heartbeat() => slot.Heartbeat(offer.Incarnation, Reference());

    public Task<Assignment?> Assignment() => slot.GetAssignment(offer.Incarnation);

    /// <summary>The process dies: the gateway tells slot and coordinator.</summary>
    public async Task Die()
    {
        Assignment? held = await Assignment();
        await slot.Disconnect(offer.Incarnation, "exited with code 137");
        if (held is not null)
        {
            await grains.GetGrain<IReductionCoordinatorGrain>(held.JobId).MemberLost(offer.WorkerId, offer.Incarnation, "exited with code 137", isDead: true);
        }
    }

    public async Task Report(MemberPhase phase, int step = 0, JobResult? result = null, string detail = "", bool retryable = false, WrittenCheckpoint? checkpoint = null)
    {
        Assignment held = await Assignment() ?? throw new InvalidOperationException($"{offer.WorkerId} holds nothing to report of");
        await grains.GetGrain<IReductionCoordinatorGrain>(held.JobId).Report(new MemberReport
        {
            JobId = held.JobId,
            Attempt = held.Attempt,
            Generation = held.Generation,
            WorkerId = offer.WorkerId,
            Incarnation = offer.Incarnation,
            Step = step,
            Phase = phase,
            Detail = detail,
            Retryable = retryable,
            Result = result,
            Checkpoints = checkpoint is null ? null : [checkpoint],
        });
    }

    private IWorkerObserver Reference() => reference ??= grains.CreateObjectReference<IWorkerObserver>(this);
}
