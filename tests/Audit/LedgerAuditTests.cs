using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Audit.Tests;

/// <summary>The audit's own plan and reader come to what the workers' come to, for every kind of samples; and it finds what is wrong.</summary>
public sealed class LedgerAuditTests : IDisposable
{
    private const string Text = """{"path": ["text.txt"]}""";

    private readonly Ledgers ledgers = new();

    public static TheoryData<string, string, string, int, int> Kinds => new()
    {
        { "text", Text, SamplingOptions.Epochs, 3, 0 },
        { "text", Text, SamplingOptions.WithReplacement, 3, 0 },
        { "text", Text, SamplingOptions.Tracks, 2, 0 },
        { "sort", """{"length": 5, "minimumLength": 2, "symbols": 6, "examples": 200, "validationExamples": 20}""", SamplingOptions.Epochs, 3, 0 },
        { "sort", """{"length": 5, "minimumLength": 2, "symbols": 6, "examples": 200, "validationExamples": 20}""", SamplingOptions.Epochs, 3, 20 },
        { "reverse", """{"length": 5, "symbols": 4, "examples": 60, "validationExamples": 8}""", SamplingOptions.WithReplacement, 3, 0 },
        { "adding", """{"length": 10, "examples": 70, "validationExamples": 12}""", SamplingOptions.Epochs, 4, 0 },
        { "chord", """{"rate": 600, "seconds": 1}""", SamplingOptions.Epochs, 2, 0 },
        { "chord", """{"rate": 600, "seconds": 1}""", SamplingOptions.WithReplacement, 2, 0 },
    };

    public void Dispose() => ledgers.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Job_ThatReadWhatWasPlanned_Passes(string kind, string settings, string sampling, int microBatch, int places)
    {
        var train = new TrainSpec { Steps = 55, MicroBatch = microBatch, MicroBatchTokens = places, Sampling = sampling };
        var report = LedgerAudit.Run(ledgers.Completed(kind, settings, train));
        Assert.Empty(report.Defects);
        Assert.Equal((55, Ledgers.Replicas, 0), (report.Steps, report.Replicas, report.Superseded));
        Assert.True(report.Samples >= 55 * Ledgers.Replicas, $"{report.Samples} samples");
        if (sampling == SamplingOptions.WithReplacement)
        {
            Assert.Empty(report.Epochs);
            return;
        }

        // More than one pass over the data: the first is whole.
        Assert.True(report.Epochs.Count > 1 && report.Epochs[0].IsWhole && !report.Epochs[^1].IsWhole, string.Join("; ", report.Epochs));
        Assert.Equal(report.Samples, report.Epochs.Sum(epoch => epoch.Samples));
        Assert.Equal(kind == "text", report.Epochs[0].Skipped > 0);
        Assert.Equal([("a", 0, 1), ("b", 1, 2)], report.Generations[0].Contributions.Select(one => (one.WorkerId, one.FirstReplica, one.Replicas)));
        Assert.Equal(report.Samples, report.Generations[0].Contributions.Sum(one => one.Samples));
    }

    [Theory]
    [InlineData("repeat", "was repeated in place of sample")]
    [InlineData("skip", "was skipped")]
    [InlineData("swap", "were swapped")]
    [InlineData("another", "was read in place of sample")]
    [InlineData("more", "was read once more")]
    public void Reader_ThatErrs_IsNamedWithStepAndReplica(string how, string account)
    {
        long[] Misread(int step, int replica, long[] due) => (step, replica) != (7, 2) ? due : how switch
        {
            "repeat" => [due[0], due[0], due[2]],
            "skip" => [due[0], due[2]],
            "swap" => [due[1], due[0], due[2]],
            "more" => [due[0], due[1], due[1], due[2]],
            _ => [due[0], due[1], Other!.Value],
        };
        var train = new TrainSpec { Steps = 40, MicroBatch = 3 };
        ledgers.Completed("text", Text, train, (step, replica, due) =>
        {
            Other = (step, replica) == (6, 0) ? due[1] : Other;
            return due;
        });
        var report = LedgerAudit.Run(ledgers.Completed("text", Text, train, Misread));
        var defect = Assert.Single(report.Defects);
        Assert.Equal((7, 2), (defect.Step, defect.Replica));
        Assert.StartsWith("step 7 replica 2: sample", defect.Account, StringComparison.Ordinal);
        Assert.Contains(account, defect.Account, StringComparison.Ordinal);
        Assert.False(report.Passed);
        Assert.False(report.Epochs[0].IsWhole);
    }

    private long? Other { get; set; }

    [Fact]
    public void Step_ThatIsMissing_OrOnlySuperseded_IsNamed()
    {
        var job = ledgers.Completed("text", Text, new TrainSpec { Steps = 10, MicroBatch = 3 });
        job = job with
        {
            Lineage = [job.Lineage[0], new GenerationRecord(1, 2, 6, "b") { Workers = ["b"] }],
            Reports = [.. job.Reports.Where(report => report.Step != 4).Select(report => report.Step > 7 ? report with { Generation = 2 } : report)],
        };
        var report = LedgerAudit.Run(job);
        Assert.Equal(
            ["step 4 is missing", "step 7 is missing: it was done in attempt 1 generation 1, which attempt 1 generation 2 supersedes"],
            report.Defects.Select(defect => defect.Account));
        Assert.Equal(1, report.Superseded);
        Assert.Equal([(1, 6), (8, 10)], report.Generations.Select(one => (one.FirstStep, one.LastStep)));
    }

    /// <summary>It begins in the middle of an epoch; what the other job used of it is not used again, and what neither used is missing.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(13)]
    public void Job_ThatContinuesAnother_IsAuditedFromThereOn(int begun)
    {
        var whole = ledgers.Completed("text", Text, new TrainSpec { Steps = 40, MicroBatch = 3 });
        var start = new StartSpec { Continues = true, Taken = new JobCheckpoint { Step = begun, Reference = "", WeightsSha256 = "", StateSha256 = "", SizeBytes = 1, CommittedAt = default } };
        var job = whole with
        {
            Status = whole.Status with { Spec = whole.Status.Spec with { Start = start } },
            Lineage = [whole.Lineage[0] with { StartStep = begun }],
            Reports = [.. whole.Reports.Skip(begun)],
        };
        var (all, report) = (LedgerAudit.Run(whole), LedgerAudit.Run(job));
        Assert.True(report is { Passed: true, Steps: 40 } && report.Continued == begun, string.Join("; ", report.Defects));
        Assert.Equal(all.Epochs.Select(epoch => epoch.IsWhole).TakeLast(report.Epochs.Count), report.Epochs.Select(epoch => epoch.IsWhole));
        Assert.Equal(40 - begun, report.Epochs.Sum(epoch => epoch.Steps));
        Assert.Equal(all.Epochs.TakeLast(report.Epochs.Count).Sum(epoch => epoch.Steps), report.Epochs.Sum(epoch => epoch.Steps + epoch.StepsBefore));

        Assert.Equal([begun + 1], LedgerAudit.Run(job with { Reports = [.. job.Reports.Skip(1)] }).Defects.Select(defect => defect.Step));
        report = LedgerAudit.Run(job with { Lineage = [whole.Lineage[0] with { StartStep = begun + 1 }] });
        Assert.Contains(report.Defects, defect => defect.Account.StartsWith($"the first generation begins after step {begun + 1}, not", StringComparison.Ordinal));
    }

    [Fact]
    public void Superseded_ThatSaysTheSame_IsCounted_AndOneThatDoesNotIsADefect()
    {
        var job = ledgers.Completed("text", Text, new TrainSpec { Steps = 10, MicroBatch = 3 });
        LedgerStep again = job.Reports[6] with { Generation = 2 };
        job = job with
        {
            Lineage = [job.Lineage[0], new GenerationRecord(1, 2, 6, "b") { Workers = ["b"] }],
            Reports = [.. job.Reports.Take(7), again, .. job.Reports.Skip(7).Select(report => report with { Generation = 2 })],
        };
        var report = LedgerAudit.Run(job);
        Assert.True(report is { Passed: true, Superseded: 1 }, string.Join("; ", report.Defects));

        ReplicaReport other = again.Replicas[1] with { Digest = 1 };
        report = LedgerAudit.Run(job with { Reports = [.. job.Reports.Take(6), job.Reports[6] with { Replicas = [again.Replicas[0], other, again.Replicas[2]] }, .. job.Reports.Skip(7)] });
        Assert.StartsWith("replica 1 read other data in step 7 by one report", Assert.Single(report.Defects).Account, StringComparison.Ordinal);
    }

    [Fact]
    public void Replica_ThatIsToldTwice_AndStepOfAnotherEpoch_AreNamed()
    {
        var job = ledgers.Completed("text", Text, new TrainSpec { Steps = 10, MicroBatch = 3 });
        LedgerStep doubled = job.Reports[2] with { Replicas = [job.Reports[2].Replicas[0], job.Reports[2].Replicas[0], job.Reports[2].Replicas[2]] };
        var report = LedgerAudit.Run(job with { Reports = [.. job.Reports.Take(2), doubled, .. job.Reports.Skip(3).Select(one => one.Step == 9 ? one with { Epoch = 3 } : one)] });
        Assert.Equal(
            ["step 3 tells of replicas 0, 0, 2, not of each of 0 to 2 once", "step 9 is told in epoch 3, and belongs to epoch 0"],
            report.Defects.Select(defect => defect.Account));
    }
}
