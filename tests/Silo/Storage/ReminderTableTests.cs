using SeqCluster.Silo.Storage;

namespace SeqCluster.Silo.Tests.Storage;

public sealed class ReminderTableTests
{
    private static readonly GrainId Grain = GrainId.Create("job", "x");

    [Fact]
    public async Task Rows_AreReadByGrainByNameAndByRange_AlsoAfterReopening()
    {
        using var folder = new TemporaryFolder();
        string? etag;
        using (var store = SqliteStore.Open(folder.Path))
        {
            var table = new SqliteReminderTable(store);
            await table.UpsertRow(Entry("a"));
            etag = await table.UpsertRow(Entry("a"));
            await table.UpsertRow(Entry("b"));
        }

        using var again = SqliteStore.Open(folder.Path);
        var reopened = new SqliteReminderTable(again);
        Assert.Equal(2, (await reopened.ReadRows(Grain)).Reminders.Count);
        var row = await reopened.ReadRow(Grain, "a");
        Assert.Equal((etag, DateTimeKind.Utc, TimeSpan.FromMinutes(1)), (row!.ETag, row.StartAt.Kind, row.Period));
        var hash = Grain.GetUniformHashCode();
        Assert.Equal(2, (await reopened.ReadRows(hash - 1, hash)).Reminders.Count);
        Assert.Empty((await reopened.ReadRows(hash, hash + 1)).Reminders);
        Assert.Equal(2, (await reopened.ReadRows(7, 7)).Reminders.Count);
        Assert.Equal(2, (await reopened.ReadRows(hash + 1, hash)).Reminders.Count);
    }

    [Fact]
    public async Task Remove_NeedsTheETagOfTheRow()
    {
        using var folder = new TemporaryFolder();
        using var store = SqliteStore.Open(folder.Path);
        var table = new SqliteReminderTable(store);
        var stale = await table.UpsertRow(Entry("a"));
        var fresh = await table.UpsertRow(Entry("a"));
        Assert.False(await table.RemoveRow(Grain, "a", stale!));
        Assert.True(await table.RemoveRow(Grain, "a", fresh!));
        Assert.Null(await table.ReadRow(Grain, "a"));
    }

    private static ReminderEntry Entry(string name) => new()
    {
        GrainId = Grain, ReminderName = name, StartAt = DateTime.UnixEpoch, Period = TimeSpan.FromMinutes(1),
    };
}
