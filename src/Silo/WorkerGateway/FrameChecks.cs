using System.Text.RegularExpressions;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers.Wire;

namespace SeqCluster.Silo.WorkerGateway;

/// <summary>
/// What a decoded frame must hold before anything acts on it: MessagePack lets texts and lists be nil, ids become grain keys,
/// and what is stored is bounded.
/// </summary>
internal static partial class FrameChecks
{
    private const int FingerprintBound = 4_000;
    private const int DetailBound = 16_000;
    private const int MetricNameBound = 100;
    private const int ScoresBound = 64;
    private const int ScoreTextBound = 256;
    private const int CheckpointsBound = 16;

    /// <summary>null, or what is wrong.</summary>
    public static string? FaultOf(WorkerFrame frame) => frame switch
    {
        HelloFrame hello => FaultOf(hello),
        HeartbeatFrame { Report: { } report } => FaultOf(report),
        MemberReportFrame { Report: var report } => report is null ? "a member report without content" : FaultOf(report),
        StepReportsFrame { Reports: var reports } => reports is null ? "step reports without content" : FaultOf(reports),
        LogFrame log => FaultOf(log),
        GoodbyeFrame { Reason: null } => "a goodbye without a reason",
        _ => null,
    };

    private static string? FaultOf(HelloFrame hello)
    {
        if (hello.ProtocolVersion != WireProtocol.Version)
        {
            return $"protocol version {hello.ProtocolVersion}: this silo speaks {WireProtocol.Version}; use a worker of the silo's version";
        }

        var fields = new (string Name, string? Value, int Bound)[]
        {
            ("hostId", hello.HostId, 200), ("device", hello.Device, 20), ("dataPlaneAddress", hello.DataPlaneAddress, 300),
            ("fingerprint", hello.Fingerprint, FingerprintBound), ("portableFingerprint", hello.PortableFingerprint, FingerprintBound),
        };
        return Id("workerId", hello.WorkerId) ?? Id("incarnation", hello.Incarnation)
            ?? (hello.JobId is null ? "no jobId" : null)
            ?? (hello.DataPlaneAddress is not null && !AddressPattern().IsMatch(hello.DataPlaneAddress)
                ? "dataPlaneAddress: must be HOST:PORT, where the other workers reach this one" : null)
            ?? fields.Where(field => field.Value is null || field.Value.Length > field.Bound)
                .Select(field => $"{field.Name}: must be a text of at most {field.Bound} characters").FirstOrDefault();
    }

    private static string? FaultOf(MemberReport report) =>
        Id("jobId", report.JobId) ?? Id("workerId", report.WorkerId) ?? Id("incarnation", report.Incarnation)
        ?? (report.Detail is null || report.Detail.Length > DetailBound ? $"detail: must be a text of at most {DetailBound} characters" : null)
        ?? (report.Step < -1 ? $"step {report.Step}: must be -1 (no state) or more" : null)
        ?? (Enum.IsDefined(report.Phase) ? null : $"phase {(int)report.Phase}: unknown")
        ?? (report.Result is { WeightsSha256: null } or { StateSha256: null } or { Checkpoint: null } ? "a result without hashes or checkpoint" : null)
        ?? (report.Result is { } result ? FaultOf(result.Scores) : null)
        ?? (report.FailedCheckpoint is { Detail: null } or { Detail.Length: > WireProtocol.MaximumLogLineLength } ? $"a failed checkpoint's detail: must be a text of at most {WireProtocol.MaximumLogLineLength} characters" : null)
        ?? FaultOf(report, report.Checkpoints ?? []);

    private static string? FaultOf(IReadOnlyList<JobScore>? scores) =>
        scores is null || scores.Count > ScoresBound ? $"scores: must be at most {ScoresBound}"
        : scores.Any(score => score is null || score.Name is not { Length: > 0 and <= ScoreTextBound } || score.Signature?.Length > ScoreTextBound)
            ? $"a score: its name and signature must be texts of at most {ScoreTextBound} characters"
        : null;

    // The reference becomes a path: only the one that this report's attempt gives its own.
    private static string? FaultOf(MemberReport report, IReadOnlyList<WrittenCheckpoint> checkpoints) =>
        checkpoints.Count > CheckpointsBound ? $"{checkpoints.Count} checkpoints: at most {CheckpointsBound} in a report"
        : checkpoints.Any(one => one is null || one.Step < 1 || one.Generation < 1 || one.SizeBytes < 0
            || one.Reference != WrittenCheckpoint.ReferenceOf(report.JobId, report.Attempt, one.Step)) ? "a checkpoint: must be one of the report's attempt"
        : checkpoints.Any(one => !IsHash(one.WeightsSha256) || !IsHash(one.StateSha256)) ? "a checkpoint's hashes: must be 64 lower-case hexadecimal digits"
        : null;

    private static bool IsHash(string? text) => text is { Length: 64 } && !text.AsSpan().ContainsAnyExcept("0123456789abcdef");

    private static string? FaultOf(WorkerStepReports reports) =>
        Id("jobId", reports.JobId) ?? Id("workerId", reports.WorkerId)
        ?? (reports.Steps is null || reports.Metrics is null ? "step reports without lists" : null)
        ?? (reports.Steps!.Any(step => step?.Replicas is null) ? "a step report without replicas" : null)
        ?? (reports.Metrics!.Any(point => point.Name is null || !MetricName().IsMatch(point.Name))
            ? $"a metric's name: letters, digits, '_', '-', '.' and '/', at most {MetricNameBound}" : null);

    private static string? FaultOf(LogFrame log) =>
        (string.IsNullOrEmpty(log.JobId) ? (log.JobId is null ? "no jobId" : null) : Id("jobId", log.JobId))
        ?? (log.Lines is null || log.Lines.Count > WireProtocol.MaximumLogLines ? $"log lines: at most {WireProtocol.MaximumLogLines} in a frame" : null)
        ?? (log.Lines!.Any(line => line.Text is null || line.Level is null || line.Text.Length > WireProtocol.MaximumLogLineLength)
            ? $"a log line: a text of at most {WireProtocol.MaximumLogLineLength} characters" : null)
        ?? (log.Lines!.Any(line => Math.Abs(line.UnixMs) > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() / 2) ? "a log line's time: out of range" : null);

    private static string? Id(string name, string? value) =>
        value is not null && IdPattern().IsMatch(value) ? null : $"{name}: must be 1 to 100 letters, digits, '.', '_' or '-'";

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex IdPattern();

    // Peers dial it: a text that is none would make their runs fail.
    [GeneratedRegex(@"^([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.%]{2,60}\]):[1-9][0-9]{0,4}\z")]
    private static partial Regex AddressPattern();

    [GeneratedRegex(@"^[A-Za-z0-9._/-]{1,100}\z")]
    private static partial Regex MetricName();
}
