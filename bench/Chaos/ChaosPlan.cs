using SeqCluster.Worker.Faults;

namespace SeqCluster.Bench.Chaos;

/// <summary>What goes wrong, in which order: a function of the seed alone. Every point comes up as often as every other.</summary>
/// <param name="seed">Decides it.</param>
/// <param name="withSilo">Whether the silo dies, too.</param>
internal sealed class ChaosPlan(int seed, bool withSilo)
{
    /// <summary>Where processes die.</summary>
    public static readonly IReadOnlyList<FaultPoint> Points = Enum.GetValues<FaultPoint>();

    // Of a hundred; what is left are deaths at a point.
    private static readonly (TroubleKind Kind, int Share)[] Shares =
    [
        (TroubleKind.KillAnywhere, 8), (TroubleKind.KillTwo, 5), (TroubleKind.KillAll, 1), (TroubleKind.Stop, 7), (TroubleKind.Cut, 6), (TroubleKind.CutFromSilo, 5),
        (TroubleKind.Scale, 7), (TroubleKind.Pause, 3),
    ];

    private static readonly (TroubleKind Kind, int Share)[] SiloShares = [(TroubleKind.KillSilo, 10), (TroubleKind.KillEverything, 2)];

    // How long the silo is away.
    private static readonly int[] AbsencesSeconds = [0, 5, 20];

    private readonly Random random = new(seed);
    private readonly Queue<FaultPoint> deck = new();

    /// <summary>Draws the next.</summary>
    public Trouble Next()
    {
        var kind = KindOf(random.Next(100));
        var point = kind is TroubleKind.KillAtPoint ? NextPoint() : Points[random.Next(Points.Count)];
        var length = kind is TroubleKind.KillSilo or TroubleKind.KillEverything ? AbsencesSeconds[random.Next(AbsencesSeconds.Length)]
            : random.Next(5) == 0 ? 7
            : 0.2 + (2 * random.NextDouble());
        return new Trouble(
            kind, point, 1 + random.Next(ArrivalsOf(point)), random.Next(1 << 16), TimeSpan.FromSeconds(length), TimeSpan.FromSeconds(0.5 + (2.5 * random.NextDouble())));
    }

    /// <summary>Nobody came to the point: it comes up again soon.</summary>
    public void PutBack(FaultPoint point) => deck.Enqueue(point);

    private TroubleKind KindOf(int draw)
    {
        foreach (var (kind, share) in withSilo ? [.. Shares, .. SiloShares] : Shares)
        {
            if ((draw -= share) < 0)
            {
                return kind;
            }
        }

        return TroubleKind.KillAtPoint;
    }

    // How often a process comes to a point in a step, or in what is done at once.
    private static int ArrivalsOf(FaultPoint point) => point switch
    {
        FaultPoint.Backward => 40,
        FaultPoint.Data or FaultPoint.Forward => 3,
        FaultPoint.Transfer or FaultPoint.Checkpoint => 4,
        _ => 1,
    };

    private FaultPoint NextPoint()
    {
        if (deck.Count == 0)
        {
            var points = Points.ToArray();
            random.Shuffle(points);
            Array.ForEach(points, deck.Enqueue);
        }

        return deck.Dequeue();
    }
}
