namespace SeqCluster.Grains.Membership;

/// <summary>
/// A worker that left a generation while it lived, because it and another member had lost each other. A link that broke once is
/// tried again at once; one that stays cut must not stop everybody again and again, so each further time the worker waits longer
/// before it is invited.
/// </summary>
/// <param name="Incarnation">The worker's.</param>
/// <param name="Times">How often it has left so.</param>
/// <param name="Until">It is not invited before.</param>
[GenerateSerializer, Immutable]
public sealed record Estrangement(string Incarnation, int Times, DateTimeOffset Until)
{
    /// <summary>How long it waits after the second time; each further time doubles it.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    /// <summary>It never waits longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>After so long in peace the next time is the first again.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    /// <summary>Workers have left, accused by others.</summary>
    public static IReadOnlyList<Estrangement> Add(
        IReadOnlyList<Estrangement> known, IReadOnlyList<AttemptMember> accused, DateTimeOffset now)
    {
        Estrangement[] remembered = known.Where(one => now - one.Until < Memory).ToArray();
        Estrangement[] added = accused
            .Select(member => (member.Worker.Incarnation,
                Times: (remembered.FirstOrDefault(one => one.Incarnation == member.Worker.Incarnation)?.Times ?? 0) + 1))
            .Select(one => new Estrangement(one.Incarnation, one.Times, now + WaitAfter(one.Times))).ToArray();
        return [.. remembered.Where(one => added.All(other => other.Incarnation != one.Incarnation)), .. added];
    }

    /// <summary>Whether a worker still waits.</summary>
    public static bool Holds(IReadOnlyList<Estrangement> known, string incarnation, DateTimeOffset now) =>
        known.Any(one => one.Incarnation == incarnation && now < one.Until);

    private static TimeSpan WaitAfter(int times) => times == 1 ? TimeSpan.Zero
        : TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(times - 2, 10)));
}
