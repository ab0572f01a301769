using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace SeqCluster.Conformance.Tests.Sqlite;

/// <summary>A writer process is killed at random points: what it acknowledged is there, nothing is there by half.</summary>
public sealed class SqliteCrashTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 10;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryDatabase database = new();

    public void Dispose() => database.Dispose();

    [Fact]
    public async Task KilledWriter_LosesNoAcknowledgedTransaction()
    {
        const int seed = 20261121;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        long acknowledged = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            acknowledged = await WriteAndKill(random.Next(1, 40), random.Next(0, 20_000), acknowledged);
            output.WriteLine($"kill {kill}: {acknowledged} transactions acknowledged");

            using var connection = database.Open();
            Assert.Equal("ok", connection.Scalar("PRAGMA integrity_check"));
            var rounds = (long)connection.Scalar("SELECT count(DISTINCT round) FROM t")!;
            Assert.Equal(rounds * SqliteCrashWriter.RowsPerTransaction, connection.Scalar("SELECT count(*) FROM t"));
            Assert.Equal(rounds, connection.Scalar("SELECT max(round) FROM t"));

            // The kill may fall between a commit and its line, never the other way round.
            Assert.InRange(rounds, acknowledged, acknowledged + 1);
            acknowledged = rounds;
        }
    }

    /// <returns>The last transaction that the writer acknowledged; every one before it was acknowledged too.</returns>
    private async Task<long> WriteAndKill(int linesBeforeKill, int spins, long acknowledged)
    {
        var assembly = typeof(SqliteCrashTests).Assembly.Location;
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(host, ["exec", assembly])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["DOTNET_STARTUP_HOOKS"] = assembly,
                [SqliteCrashWriter.ConnectionVariable] = database.ConnectionString(),
            },
        };
        using var writer = Process.Start(start)!;
        try
        {
            for (var i = 0; i < linesBeforeKill; i++)
            {
                acknowledged = Next(await writer.StandardOutput.ReadLineAsync().WaitAsync(Deadline), acknowledged);
            }

            // Not at the moment of a line, but somewhere in what follows it.
            Thread.SpinWait(spins);
        }
        finally
        {
            writer.Kill();
            await writer.WaitForExitAsync().WaitAsync(Deadline);
        }

        while (await writer.StandardOutput.ReadLineAsync().WaitAsync(Deadline) is { } line)
        {
            acknowledged = Next(line, acknowledged);
        }

        return acknowledged;
    }

    private static long Next(string? line, long previous)
    {
        Assert.Equal((previous + 1).ToString(CultureInfo.InvariantCulture), line);
        return previous + 1;
    }
}
