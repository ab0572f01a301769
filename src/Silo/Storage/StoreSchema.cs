using Microsoft.Data.Sqlite;

namespace SeqCluster.Silo.Storage;

/// <summary>
/// The tables of the store and how an older file becomes a newer one. A migration that was released never changes: what is
/// different later is a migration of its own.
/// </summary>
internal static class StoreSchema
{
    /// <summary>"SEQC": tells a store from any other SQLite file.</summary>
    public const long ApplicationId = 0x53455143;

    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE grain_state(
            grain_id TEXT NOT NULL, state_name TEXT NOT NULL, etag TEXT NOT NULL, payload TEXT NOT NULL,
            PRIMARY KEY(grain_id, state_name)) WITHOUT ROWID;
        CREATE TABLE reminders(
            grain_id TEXT NOT NULL, name TEXT NOT NULL, start_ticks INTEGER NOT NULL, period_ticks INTEGER NOT NULL, etag TEXT NOT NULL,
            PRIMARY KEY(grain_id, name)) WITHOUT ROWID;
        CREATE TABLE jobs(job_id TEXT PRIMARY KEY, submitted_ticks INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX jobs_newest ON jobs(submitted_ticks DESC, job_id DESC);
        CREATE TABLE job_keys(key INTEGER PRIMARY KEY, job_id TEXT NOT NULL UNIQUE);
        CREATE TABLE metric_names(key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE metrics(
            job INTEGER NOT NULL, step INTEGER NOT NULL, name INTEGER NOT NULL, value REAL, sequence INTEGER NOT NULL,
            PRIMARY KEY(job, step, name)) WITHOUT ROWID;
        CREATE INDEX metrics_written ON metrics(job, sequence);
        CREATE TABLE step_reports(
            job INTEGER NOT NULL, attempt INTEGER NOT NULL, generation INTEGER NOT NULL, step INTEGER NOT NULL, rank INTEGER NOT NULL,
            worker_id TEXT NOT NULL, report BLOB NOT NULL,
            PRIMARY KEY(job, attempt, generation, step, worker_id)) WITHOUT ROWID;
        CREATE TABLE events(
            job_id TEXT NOT NULL, sequence INTEGER NOT NULL, event_key TEXT NOT NULL, at_ticks INTEGER NOT NULL,
            kind TEXT NOT NULL, message TEXT NOT NULL,
            PRIMARY KEY(job_id, sequence), UNIQUE(job_id, event_key)) WITHOUT ROWID;
        CREATE TABLE logs(
            job_id TEXT NOT NULL, sequence INTEGER NOT NULL, at_ticks INTEGER NOT NULL, worker_id TEXT NOT NULL, line TEXT NOT NULL,
            PRIMARY KEY(job_id, sequence)) WITHOUT ROWID;
        """,
        // What older programs kept was each worker's part alone, and no ledger can be made of it.
        """
        DROP TABLE step_reports;
        CREATE TABLE ledger(
            job INTEGER NOT NULL, step INTEGER NOT NULL, attempt INTEGER NOT NULL, generation INTEGER NOT NULL, report BLOB NOT NULL,
            PRIMARY KEY(job, step, attempt, generation)) WITHOUT ROWID;
        ALTER TABLE metrics ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE metrics ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
        """,
    ];

    /// <summary>The version that this program writes.</summary>
    public static int Current => Migrations.Length;

    /// <summary>Checks that the file is a store and brings it up to <see cref="Current"/>.</summary>
    /// <exception cref="StoreException">It is another program's file, or a newer version's.</exception>
    /// <exception cref="SqliteException">It is damaged, or no SQLite file at all.</exception>
    public static void Prepare(StoreSession session, string path)
    {
        var version = (int)session.Single<long>("PRAGMA user_version");
        var application = session.Single<long>("PRAGMA application_id");
        var tables = session.Single<long>("SELECT COUNT(*) FROM sqlite_master");
        if (application != ApplicationId && (tables > 0 || version > 0))
        {
            throw new StoreException($"{path}: an SQLite file of another program: give another --store folder");
        }

        if (version > Current)
        {
            throw new StoreException($"{path}: version {version} of the store, this program knows up to {Current}: it was written by a newer SeqCluster; use that one, or another --store folder");
        }

        for (; version < Current; version++)
        {
            session.Script($"""
                BEGIN IMMEDIATE;
                {Migrations[version]}
                PRAGMA application_id = {ApplicationId};
                PRAGMA user_version = {version + 1};
                COMMIT;
                """);
        }
    }
}
