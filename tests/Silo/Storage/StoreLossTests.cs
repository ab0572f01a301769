using SeqCluster.Contracts.Storage;
using SeqCluster.Silo.Storage;

namespace SeqCluster.Silo.Tests.Storage;

/// <summary>The store's files are taken away while it has them open: nothing is acknowledged into nowhere, and everything that was is saved.</summary>
public sealed class StoreLossTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SqliteStore store;

    public StoreLossTests() => store = SqliteStore.Open(folder.Path);

    private string File => Path.Combine(folder.Path, SqliteStore.FileName);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    public async Task File_Deleted_NothingIsAcknowledgedAnyMoreAndAllThatWasIsSaved(string which) =>
        await LoseAsync(() => System.IO.File.Delete(File + which), $"{File}{which} was deleted or moved");

    [Fact]
    public async Task File_Replaced_IsFoundByWhatItIs() => await LoseAsync(
        () =>
        {
            System.IO.File.Copy(File, File + ".copy");
            System.IO.File.Move(File + ".copy", File, overwrite: true);
        },
        $"{File} was replaced by another file");

    [Fact]
    public async Task Folder_Deleted_IsFoundThoughNobodyWrites()
    {
        await store.Write(session => Put(session, "before", 10));
        Directory.Delete(folder.Path, recursive: true);
        await Deadline.Until("the store is found to be gone", () => Task.FromResult(store.Condition.Fault is not null));
        Assert.Contains($"{folder.Path} was deleted or moved", store.Condition.Fault!.Text, StringComparison.Ordinal);
    }

    private async Task LoseAsync(Action lose, string what)
    {
        await store.Write(session => Put(session, "before", 10));
        lose();
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Write(session => Put(session, "after", 10)));
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
        Assert.Contains("the store is gone", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Keys());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Write(session => Put(session, "later", 10)));

        // The way out that the message names.
        var saved = Assert.Single(Directory.GetFiles(folder.Path, $"{SqliteStore.FileName}.saved-*"));
        Assert.Contains(saved, refused.Message, StringComparison.Ordinal);
        using var elsewhere = new TemporaryFolder();
        System.IO.File.Move(saved, Path.Combine(elsewhere.Path, SqliteStore.FileName));
        using var next = SqliteStore.Open(elsewhere.Path);
        Assert.Equal("before", (await Keys(next))[^1]);
    }

    private static void Put(StoreSession session, string id, int bytes) => session.Execute(
        "INSERT INTO grain_state(grain_id, state_name, etag, payload) VALUES($1, 'state', '', $2)", id, new string('x', bytes));

    private Task<List<string>> Keys() => Keys(store);

    private static Task<List<string>> Keys(SqliteStore of) => of.Read(static session =>
        session.Query("SELECT grain_id FROM grain_state WHERE state_name = 'state' ORDER BY grain_id", static row => row.GetString(0)));
}
