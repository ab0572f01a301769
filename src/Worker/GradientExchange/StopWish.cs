using SeqCluster.Collectives.AllReduce;

namespace SeqCluster.Worker.GradientExchange;

/// <summary>
/// The wish to stop at a step boundary, as it travels with the gradients. Members hear of it from their silos at different
/// times; but a sum is the same for all, so all see in the same step that somebody has heard, and none can go on alone. The wish
/// rides in the high bits of the count of targets: a step has fewer than 2^52 targets, and fewer than 2^11 replicas.
/// </summary>
internal static class StopWish
{
    private const int Shift = 52;
    private const long TargetsMask = (1L << Shift) - 1;

    /// <summary>A replica's side values with the wish; at most once for each replica.</summary>
    public static SideValues Carry(SideValues sides) => sides with { Targets = sides.Targets + (1L << Shift) };

    /// <summary>The count of targets in a sum, and whether anybody wished.</summary>
    public static (long Targets, bool IsWished) Read(SideValues sum) => (sum.Targets & TargetsMask, sum.Targets >> Shift > 0);
}
