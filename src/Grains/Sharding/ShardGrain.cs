using SeqCluster.Contracts.Shards;

namespace SeqCluster.Grains.Sharding;

/// <summary>One shard: asks <see cref="ShardMachine"/> and stores what changed.</summary>
public sealed class ShardGrain([PersistentState("shard", ControlPlane.Storage)] IPersistentState<ShardRecord> stored) : Grain, IShardGrain
{
    private ShardLife Life => stored.State.Life;

    /// <inheritdoc/>
    public Task Register(long sizeBytes) => Store(ShardMachine.Register(Life, sizeBytes));

    /// <inheritdoc/>
    public Task CopyVerified(string place) => Store(ShardMachine.Verify(Life, place));

    /// <inheritdoc/>
    public Task CopyDamaged(string place, string detail) => Store(ShardMachine.Damage(Life, place, detail));

    /// <inheritdoc/>
    public Task<ShardStatus> GetStatus() => Task.FromResult(new ShardStatus
    {
        Sha256 = this.GetPrimaryKeyString(),
        SizeBytes = Life.SizeBytes,
        State = Life.State,
        Holders = Life.Holders,
        Damages = Life.Damages,
    });

    private async Task Store(ShardLife next)
    {
        if (ReferenceEquals(next, Life))
        {
            return;
        }

        stored.State.Life = next;
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            // What is in memory may not be what is stored: the next call begins with what is.
            DeactivateOnIdle();
            throw;
        }
    }
}
