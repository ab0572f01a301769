using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers.Wire;

namespace SeqCluster.Silo.Tests.Fuzzing;

/// <summary>Frames that are almost right, and some that are nothing; each a function of seed and index alone.</summary>
internal sealed class FrameInputs(int seed, WireClient worker)
{
    public byte[] Make(int index)
    {
        var random = FuzzRandom.Of(seed, index, stream: 1);
        if (random.Next(10) == 0)
        {
            var noise = new byte[random.Next(0, 4_000)];
            random.NextBytes(noise);
            return noise;
        }

        var bytes = WireCodec.Encode(Frame(random));
        return random.Next(3) == 0 ? bytes : HttpInputs.Mutated(random, bytes, random.Next(1, 6));
    }

    private WorkerFrame Frame(Random random)
    {
        var report = new MemberReport
        {
            JobId = $"tiny-aaaa{(char)('a' + random.Next(3))}a", Attempt = random.Next(-1, 3), Generation = random.Next(-1, 3), WorkerId = worker.WorkerId,
            Incarnation = worker.Incarnation, Step = random.Next(-5, 100), Phase = (MemberPhase)random.Next(-1, 12), Detail = "d", Result = null,
        };
        var steps = new WorkerStepReports
        {
            JobId = report.JobId, Attempt = 1, Generation = 1, WorkerId = worker.WorkerId, Rank = random.Next(-1, 3),
            Steps = [new StepReport { Step = random.Next(-1, 9), Epoch = 0, Replicas = [new ReplicaReport(0, 16, 7)] }],
            Metrics = [new MetricPoint(random.Next(-1, 9), random.Next(4) == 0 ? "../x y" : "train/loss", double.NaN)],
        };
        return random.Next(7) switch
        {
            0 => worker.Hello(random.Next(3)),
            1 => new HeartbeatFrame { AssignmentVersion = random.NextInt64(), Report = random.Next(2) == 0 ? report : null },
            2 => new MemberReportFrame { Report = report },
            3 => new StepReportsFrame { Sequence = random.NextInt64(), Reports = steps },
            4 => new LogFrame { JobId = report.JobId, Lines = [new WorkerLogLine(random.NextInt64(), "information", "x")] },
            5 => new HeartbeatFrame { AssignmentVersion = 0, Report = null },
            _ => new GoodbyeFrame { Reason = "fuzzed" },
        };
    }
}
