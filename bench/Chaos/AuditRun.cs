using System.Diagnostics;
using System.Text.Json;
using SeqCluster.Bench.Measurement;

namespace SeqCluster.Bench.Chaos;

/// <summary>Audits a job by the client's own command, as a person does.</summary>
/// <param name="IsPassed">Its exit code is 0.</param>
/// <param name="MicroBatches">That it proved.</param>
/// <param name="Superseded">Reports that do not count.</param>
/// <param name="Said">All that it said.</param>
internal sealed record AuditRun(bool IsPassed, long MicroBatches, int Superseded, string Said)
{
    /// <summary>Runs <c>seqcluster audit JOB</c>.</summary>
    /// <param name="folder">Where it may keep things.</param>
    /// <param name="silo">The silo.</param>
    /// <param name="jobId">The job.</param>
    public static async Task<AuditRun> OfAsync(string folder, Uri silo, string jobId)
    {
        var start = new ProcessStartInfo(Repository.ProgramPath("Client"), ["audit", jobId, "--silo", $"{silo}", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SEQCLUSTER_HOME"] = Path.Combine(folder, "home");
        start.Environment["TMPDIR"] = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using var audit = Process.Start(start)!;
        var (output, error) = (audit.StandardOutput.ReadToEndAsync(), audit.StandardError.ReadToEndAsync());
        await audit.WaitForExitAsync();
        var said = await output;
        if (said.Length == 0)
        {
            return new AuditRun(false, 0, 0, await error);
        }

        using var report = JsonDocument.Parse(said);
        return new AuditRun(
            audit.ExitCode == 0, report.RootElement.GetProperty("microBatches").GetInt64(), report.RootElement.GetProperty("superseded").GetInt32(),
            report.RootElement.GetProperty("defects").GetRawText());
    }
}
