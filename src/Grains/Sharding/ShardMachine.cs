using SeqCluster.Contracts.Shards;
using SeqCluster.Grains.Transitions;

namespace SeqCluster.Grains.Sharding;

/// <summary>Decides what is known of a shard: (life, event) → life. Pure. A life that is returned as it was needs no storing.</summary>
public static class ShardMachine
{
    /// <summary>Holders that are remembered; of more than these, the latest.</summary>
    public const int HolderLimit = 256;

    /// <summary>Damages that are remembered.</summary>
    public const int DamageLimit = 8;

    /// <summary>Every change of a shard's state (<c>docs/protocols/shard-leases.md</c>).</summary>
    public static readonly TransitionTable<ShardState, ShardSignal> Table = new(
        (ShardState.Unknown, ShardSignal.Registered, ShardState.Listed, "notes its size"),
        (ShardState.Listed, ShardSignal.CopyVerified, ShardState.Available, "notes the holder"),
        (ShardState.Listed, ShardSignal.DamageFound, ShardState.Listed, "notes the damage"),
        (ShardState.Available, ShardSignal.CopyVerified, ShardState.Available, "notes the holder"),
        (ShardState.Available, ShardSignal.DamageFound, ShardState.Available, "notes the damage"),
        (ShardState.Available, ShardSignal.CopyLost, ShardState.Available, "strikes the holder off, notes the damage"),
        (ShardState.Available, ShardSignal.LastCopyLost, ShardState.Listed, "strikes the holder off, notes the damage"));

    /// <summary>A manifest names the shard.</summary>
    public static ShardLife Register(ShardLife life, long sizeBytes) =>
        Move(life, life with { SizeBytes = sizeBytes }, ShardSignal.Registered);

    /// <summary>A place holds it.</summary>
    public static ShardLife Verify(ShardLife life, string place) => life.Holders.Contains(place)
        ? life
        : Move(life, life with { Holders = life.Holders.Append(place).TakeLast(HolderLimit).ToArray() }, ShardSignal.CopyVerified);

    /// <summary>A place found its copy to be something else.</summary>
    public static ShardLife Damage(ShardLife life, string place, string detail)
    {
        ShardSignal signal = !life.Holders.Contains(place) ? ShardSignal.DamageFound
            : life.Holders.Count > 1 ? ShardSignal.CopyLost
            : ShardSignal.LastCopyLost;
        ShardLife next = life with
        {
            Holders = life.Holders.Where(holder => holder != place).ToArray(),
            Damages = life.Damages.Append($"{place}: {detail}").TakeLast(DamageLimit).ToArray(),
        };
        return Move(life, next, signal);
    }

    private static ShardLife Move(ShardLife before, ShardLife next, ShardSignal signal) =>
        Table.Find(before.State, signal) is { } row ? next with { State = row.To } : before;
}
