using SeqCluster.Contracts.Scheduling;

namespace SeqCluster.Grains.Jobs;

/// <summary>What the machine decided.</summary>
/// <param name="Life">The job after it.</param>
/// <param name="Effect">What to do next, after the job is stored.</param>
/// <param name="Workers">For <see cref="JobEffect.StartAttempt"/>.</param>
/// <param name="IsChange">Whether the job must be stored before the effect.</param>
public sealed record JobDecision(JobLife Life, JobEffect Effect, IReadOnlyList<WorkerOffer> Workers, bool IsChange);
