using Microsoft.Data.Sqlite;
using SeqCluster.Contracts.Storage;
using SeqCluster.Silo.Storage;

namespace SeqCluster.Silo.Tests.Storage;

/// <summary>The disk refuses while the store runs: who asked hears it, nothing half is stored, and the store goes on by itself.</summary>
public sealed class StoreFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SqliteStore store;

    public StoreFaultTests() => store = SqliteStore.Open(folder.Path);

    private string File => Path.Combine(folder.Path, SqliteStore.FileName);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Write_NoRoom_IsRefusedWholeWithPathAndWayOut_AndTakenWhenThereIs()
    {
        await store.Write(session => Put(session, "before", 10));
        await store.Write(static session => session.Script($"PRAGMA max_page_count = {session.Single<long>("PRAGMA page_count")}"));

        // The first one of both would fit.
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Write(session =>
        {
            Put(session, "half", 10);
            Put(session, "large", 1 << 20);
        }));
        Assert.True(refused.IsFull);
        Assert.StartsWith($"{File}: the store cannot be written, its disk is full since ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("database or disk is full", refused.Message, StringComparison.Ordinal);
        Assert.Contains("make room there", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["before"], await Keys());
        var fault = store.Condition.Fault;
        Assert.Equal(StoreFaultKind.Full, fault?.Kind);

        // Its own tries find no room either, and its fault stays that of the first refusal.
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Write(session => Put(session, "large", 1 << 20)));
        Assert.Equal(fault!.Since, store.Condition.Fault!.Since);

        await store.Write(static session => session.Script("PRAGMA max_page_count = 1000000"));
        await store.Condition.Writable(Deadline.Token());
        await store.Write(session => Put(session, "large", 1 << 20));
        Assert.Equal(["before", "large"], await Keys());
    }

    [Theory]
    [InlineData(5, StoreFaultKind.Locked)]
    [InlineData(6, StoreFaultKind.Locked)]
    [InlineData(8, StoreFaultKind.ReadOnly)]
    [InlineData(11, StoreFaultKind.Damaged)]
    [InlineData(13, StoreFaultKind.Full)]
    [InlineData(10, StoreFaultKind.Failing)]
    [InlineData(14, StoreFaultKind.Failing)]
    [InlineData(26, StoreFaultKind.Damaged)]
    [InlineData(19, null)]
    public void KindOf_ACodeOfSqlite_IsWhatAPersonCanDoSomethingAbout(int code, StoreFaultKind? kind) =>
        Assert.Equal(kind, StoreFault.KindOf(new SqliteException("refused", code), File));

    /// <summary>A statement's own fault says nothing of the disk, and disturbs nobody.</summary>
    [Fact]
    public async Task Write_ThatIsWrongItself_IsItsCallersAlone()
    {
        var good = store.Write(session => Put(session, "good", 10));
        await Assert.ThrowsAsync<SqliteException>(() => store.Write(static session => session.Script("INSERT INTO nowhere VALUES(1)")));
        await good;
        Assert.Null(store.Condition.Fault);
        Assert.Equal(["good"], await Keys());
    }

    /// <summary>Everything that was acknowledged, and nothing else, is there when the silo is killed while its disk is full.</summary>
    [DiskFact]
    public async Task Disk_Full_WhatWasAcknowledgedAndNothingElseIsThereAfterwards()
    {
        using var disk = TestDisk.InMemory("4m");
        using var copies = new TemporaryFolder();
        var acknowledged = new List<string>();
        var refusals = 0;
        using (var small = SqliteStore.Open(disk.Place))
        {
            for (var number = 0; refusals < 3; number++)
            {
                try
                {
                    await small.Write(session => Put(session, $"row-{number:0000}", 8_000));
                    acknowledged.Add($"row-{number:0000}");
                    if (number == 20)
                    {
                        disk.Fill();
                    }
                }
                catch (StoreUnavailableException refused)
                {
                    refusals++;
                    Assert.True(refused.IsFull, refused.Message);
                }
            }

            // What a kill would leave.
            foreach (var left in Directory.GetFiles(disk.Place, $"{SqliteStore.FileName}*"))
            {
                System.IO.File.Copy(left, Path.Combine(copies.Path, Path.GetFileName(left)));
            }

            disk.MakeRoom();
            await small.Condition.Writable(Deadline.Token());
            await small.Write(session => Put(session, "row-last", 8_000));
        }

        using (var killed = SqliteStore.Open(copies.Path))
        {
            Assert.Equal(acknowledged, await Keys(killed));
        }

        using var after = SqliteStore.Open(disk.Place);
        Assert.Equal([.. acknowledged, "row-last"], await Keys(after));
    }

    /// <summary>What was acknowledged is there when the disk has been mounted again, which the silo must be stopped for.</summary>
    [DiskFact(inFile: true)]
    public async Task Disk_TurnedReadOnlyByTheKernel_IsToldAsThatAndNothingIsLost()
    {
        using var disk = TestDisk.InFile();
        using (var small = SqliteStore.Open(disk.Place))
        {
            await small.Write(session => Put(session, "before", 10));
            disk.Break();
            var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => small.Write(session => Put(session, "refused", 10)));
            Assert.False(refused.IsFull);
            Assert.Contains("the store cannot be written, it is read-only since ", refused.Message, StringComparison.Ordinal);
            Assert.Equal(["before"], await Keys(small));
        }

        disk.Remount();
        using var after = SqliteStore.Open(disk.Place);
        await after.Write(session => Put(session, "after", 10));
        Assert.Equal(["after", "before"], await Keys(after));
    }

    /// <summary>The store goes on by itself with the files that it has open.</summary>
    [DiskFact(inFile: true)]
    public async Task Disk_ForbidsWrites_IsRefusedUntilItAllowsThem()
    {
        using var disk = TestDisk.InFile();
        using var small = SqliteStore.Open(disk.Place);
        await small.Write(session => Put(session, "before", 10));
        // Not what is mapped into memory: a mapped page that may not be written kills the process, whoever does it.
        string[] files = [Path.Combine(disk.Place, SqliteStore.FileName), Path.Combine(disk.Place, SqliteStore.FileName + "-wal")];
        TestDisk.SetImmutable(true, files);
        try
        {
            var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => small.Write(session => Put(session, "refused", 10)));
            Assert.False(refused.IsFull);
            Assert.Contains($"{disk.Place}/{SqliteStore.FileName}: the store cannot be written", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            TestDisk.SetImmutable(false, files);
        }

        await small.Condition.Writable(Deadline.Token());
        await small.Write(session => Put(session, "after", 10));
        Assert.Equal(["after", "before"], await Keys(small));
    }

    /// <summary>Nobody is told of success before the disk has it, however long that takes; that it takes long is told.</summary>
    [DiskFact(inFile: true)]
    public async Task Disk_Slow_WritesWaitAndItIsTold()
    {
        using var disk = TestDisk.InFile();
        using var small = SqliteStore.Open(disk.Place);
        var change = small.Condition.Changed;
        disk.Freeze();
        Task writing;
        try
        {
            writing = small.Write(session => Put(session, "slow", 10));
            await Deadline.Until("the write hangs for 2 s", () => Task.FromResult(small.Condition.Waiting > TimeSpan.FromSeconds(2.1)));
            Assert.False(writing.IsCompleted);
        }
        finally
        {
            disk.Thaw();
        }

        await writing.WaitAsync(Deadline.Token());
        await change.WaitAsync(Deadline.Token());
        Assert.True(small.Condition.TakeSlowest() > TimeSpan.FromSeconds(2));
        Assert.Null(small.Condition.Fault);
        Assert.Equal(["slow"], await Keys(small));
    }

    private static void Put(StoreSession session, string id, int bytes) => session.Execute(
        "INSERT INTO grain_state(grain_id, state_name, etag, payload) VALUES($1, 'state', '', $2)", id, new string('x', bytes));

    private Task<List<string>> Keys() => Keys(store);

    private static Task<List<string>> Keys(SqliteStore of) => of.Read(static session =>
        session.Query("SELECT grain_id FROM grain_state WHERE state_name = 'state' ORDER BY grain_id", static row => row.GetString(0)));
}
