using System.Globalization;
using SeqCluster.Audit;
using SeqCluster.Client.Watching;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Client.Auditing;

/// <summary>An audit's report in words.</summary>
internal static class AuditText
{
    /// <summary>The report's lines: what does not hold, or what was proved.</summary>
    public static IEnumerable<string> Lines(AuditReport report)
    {
        foreach (var defect in report.Defects)
        {
            yield return defect.Account;
        }

        if (report.Defects.Count > 0)
        {
            yield return $"{report.JobId}: the audit FAILED: {ProgressText.Count(report.Defects.Count, "defect")} in {ProgressText.Count(report.Steps - report.Continued, "step")}; {Number(report.MicroBatches)} micro-batches are as planned";
            yield break;
        }

        yield return $"{report.JobId}: the audit passed";
        yield return $"  steps        {Steps(report)}, each counted once; {Superseded(report.Superseded)}";
        yield return $"  samples      {Number(report.Samples)} in {Number(report.MicroBatches)} micro-batches of {ProgressText.Count(report.Replicas, "replica")}: what was read is what seed and manifest plan, by number and content";
        foreach (var epoch in report.Epochs)
        {
            yield return $"  epoch {epoch.Epoch,-6} {Of(epoch)}";
        }

        if (report.Sampling == SamplingOptions.WithReplacement)
        {
            yield return "  epochs       none: samples are drawn with replacement, each as seed, step and replica say";
        }
        else if (report.Sampling == SamplingOptions.Tracks)
        {
            yield return "  tracks       each row went on where it ended";
        }

        foreach (var generation in report.Generations)
        {
            yield return $"  generation   {generation.Attempt}.{generation.Generation} {Of(generation)}";
        }
    }

    private static string Steps(AuditReport report) => report.Steps == report.Continued ? "none yet"
        : (report.Steps == report.Continued + 1 ? $"{report.Steps}" : $"{report.Continued + 1} to {report.Steps}")
            + (report.Continued > 0 ? " (those before are of the job that it continues: audit that one too)" : "");

    private static string Superseded(int count) =>
        count == 0 ? "no report is superseded" : $"{ProgressText.Count(count, "superseded report")} {(count == 1 ? "says" : "say")} the same";

    private static string Of(AuditedEpoch epoch) =>
        $"{Number(epoch.Samples)} samples in {ProgressText.Count(epoch.Steps, "step")}"
        + (epoch.StepsBefore > 0 ? $", after {ProgressText.Count(epoch.StepsBefore, "step")} of the job that it continues, " : ", ")
        + (epoch.IsWhole ? "every one once" : "none twice; the job ends within it")
        + (epoch.Skipped > 0 ? $"; {Number(epoch.Skipped)} tokens at edges skipped, fewer than a sample each" : "");

    private static string Of(AuditedGeneration generation) => generation.FirstStep == 0
        ? $"no step of it counts ({string.Join(", ", generation.Contributions.Select(static one => one.WorkerId))})"
        : $"steps {generation.FirstStep} to {generation.LastStep}: "
            + string.Join(", ", generation.Contributions.Select(static one => $"{one.WorkerId} ({Replicas(one)}) {Number(one.Samples)}"));

    private static string Replicas(Contribution one) => one.Replicas == 1 ? $"replica {one.FirstReplica}" : $"replicas {one.FirstReplica} to {one.FirstReplica + one.Replicas - 1}";

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
