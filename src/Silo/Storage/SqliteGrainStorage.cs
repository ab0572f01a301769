using System.Text.Json;
using Orleans.Runtime;
using Orleans.Storage;

namespace SeqCluster.Silo.Storage;

/// <summary>Grain states as JSON. An ETag is never used twice, so that a state that was cleared and written again is another one.</summary>
public sealed class SqliteGrainStorage(SqliteStore store) : IGrainStorage
{
    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var rows = await store.Read(session => session.Query(
            "SELECT etag, payload FROM grain_state WHERE grain_id = $1 AND state_name = $2",
            static row => (ETag: row.GetString(0), Payload: row.GetString(1)),
            grainId.ToString(),
            stateName));
        if (rows.Count == 0)
        {
            Empty(grainState);
            return;
        }

        grainState.State = JsonSerializer.Deserialize<T>(rows[0].Payload, StoreJson.Options);
        grainState.ETag = rows[0].ETag;
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var payload = JsonSerializer.Serialize(grainState.State, StoreJson.Options);
        var known = grainState.ETag;
        var next = Guid.NewGuid().ToString("N");
        await store.Write(session =>
        {
            var changed = known is null
                ? session.Execute(
                    "INSERT INTO grain_state(grain_id, state_name, etag, payload) VALUES($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                    grainId.ToString(), stateName, next, payload)
                : session.Execute(
                    "UPDATE grain_state SET etag = $1, payload = $2 WHERE grain_id = $3 AND state_name = $4 AND etag = $5",
                    next, payload, grainId.ToString(), stateName, known);
            if (changed == 0)
            {
                throw Conflict(session, "write", stateName, grainId, known);
            }
        });
        grainState.ETag = next;
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var known = grainState.ETag;
        await store.Write(session =>
        {
            var stored = StoredETag(session, stateName, grainId);
            if (stored != known)
            {
                throw Conflict(session, "clear", stateName, grainId, known);
            }

            session.Execute("DELETE FROM grain_state WHERE grain_id = $1 AND state_name = $2", grainId.ToString(), stateName);
        });
        Empty(grainState);
    }

    private static void Empty<T>(IGrainState<T> grainState)
    {
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static string? StoredETag(StoreSession session, string stateName, GrainId grainId) => session.Single<string>(
        "SELECT etag FROM grain_state WHERE grain_id = $1 AND state_name = $2", grainId.ToString(), stateName);

    private static InconsistentStateException Conflict(
        StoreSession session, string operation, string stateName, GrainId grainId, string? known)
    {
        var stored = StoredETag(session, stateName, grainId);
        return new InconsistentStateException(
            $"cannot {operation} state {stateName} of {grainId}: version {known ?? "none"} is not the stored {stored ?? "none"}", stored, known);
    }
}
