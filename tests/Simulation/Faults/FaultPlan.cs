using SeqCluster.Simulation.Tests.Kernel;

namespace SeqCluster.Simulation.Tests.Faults;

/// <summary>
/// What happens to a schedule, drawn from its seed: which kinds of faults at all (few at a time find more than all at once), how many,
/// when, to whom; and at which points processes are struck.
/// </summary>
internal sealed class FaultPlan
{
    private const int TimedLimit = 8;
    private const double LengthMs = 25_000;
    private readonly Dictionary<Point, int> visits = [];
    private readonly HashSet<(Point Point, int Visit)> traps = [];
    private readonly double lostPushProbability;

    public FaultPlan(Simulator simulator)
    {
        FaultKind[] kinds = Enum.GetValues<FaultKind>().Where(kind => simulator.Chance(kind == FaultKind.Cancel ? 0.02 : 0.35)).ToArray();
        lostPushProbability = simulator.Chance(0.3) ? 0.3 : 0;
        int count = kinds.Length == 0 ? 0 : simulator.Random.Next(TimedLimit + 1);
        Timed = Enumerable.Range(0, count).Select(_ => new TimedFault(
            simulator.Between(300, LengthMs), kinds[simulator.Random.Next(kinds.Length)], simulator.Random.Next(1000), simulator.Random.Next(1000),
            simulator.Chance(0.2) ? simulator.Between(5000, 45_000) : simulator.Between(50, 5000))).OrderBy(fault => fault.At).ToArray();
        Point[] points = Enum.GetValues<Point>();
        for (int trap = simulator.Chance(0.6) ? simulator.Random.Next(4) : 0; trap > 0; trap--)
        {
            Point point = points[simulator.Random.Next(points.Length)];
            traps.Add((point, simulator.Random.Next(IsRare(point) ? 4 : 60)));
        }
    }

    /// <summary>These faults and no others.</summary>
    public FaultPlan(IReadOnlyList<TimedFault> timed) => Timed = timed;

    /// <summary>How often a push, or a hint, is lost.</summary>
    public double LostPushProbability => IsOver ? 0 : lostPushProbability;

    /// <summary>In the order of their times.</summary>
    public IReadOnlyList<TimedFault> Timed { get; }

    /// <summary>Set when no more faults shall come.</summary>
    public bool IsOver { get; set; }

    /// <summary>Whether whoever is at the point now dies there.</summary>
    public bool Strikes(Point point)
    {
        int visit = visits.GetValueOrDefault(point);
        visits[point] = visit + 1;
        return !IsOver && traps.Contains((point, visit));
    }

    private static bool IsRare(Point point) => point is Point.Prepare or Point.Join or Point.Transfer or Point.Swap or Point.Evaluate
        or Point.WriteCheckpoint or Point.CommitCheckpoint or Point.Finish;
}

/// <summary>A fault at a time; the numbers choose whom, the duration is of what ends again.</summary>
internal sealed record TimedFault(TimeSpan At, FaultKind Kind, int Whom, int Other, TimeSpan Duration);

internal enum FaultKind
{
    KillWorker,
    KillSeveral,

    /// <summary>SIGSTOP, and SIGCONT later.</summary>
    StopWorker,
    AddWorker,

    /// <summary>What connects two workers breaks.</summary>
    BreakLink,

    /// <summary>Nothing goes from one worker to another for a while.</summary>
    CutOneWay,
    CutBothWays,
    BreakFromSilo,
    CutFromSilo,
    KillSilo,

    /// <summary>The coordinator is in memory twice.</summary>
    DuplicateCoordinator,
    StoreFails,
    DamageCheckpoint,
    Scale,
    Pause,
    Resume,
    Cancel,
}
