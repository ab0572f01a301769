using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using SeqCluster.Bench.Training;
using SeqCluster.Collectives;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Metrics;
using SeqCluster.Contracts.Workers.Wire;
using SeqCluster.Worker.Ledger;

namespace SeqCluster.Bench.Ledger;

/// <summary>
/// One of the processes: trains the Transformer of the baselines, sums its gradients with the others', and in every other step does
/// all that ledger and metrics add: digest, exchange of the reports, entry, and, on rank 0, the frame to the silo.
/// </summary>
internal static class LedgerMember
{
    private const int WarmUpSteps = 4;

    /// <summary>Runs so many pairs of steps, and says what they took.</summary>
    public static int Run(int rank, int workers, int pairs)
    {
        if (OperatingSystem.IsLinux())
        {
            Process.GetCurrentProcess().ProcessorAffinity = 1 << (rank % Environment.ProcessorCount);
        }

        NumericalSettings.Apply();
        using var workload = Workload.Create("transformer", ModelSize.Full);
        using var listener = new GroupListener(IPAddress.Loopback);
        Console.WriteLine(listener.Port);
        var peers = Console.ReadLine()!.Split(' ')
            .Select(port => new PeerAddress("127.0.0.1", int.Parse(port, CultureInfo.InvariantCulture), "")).ToArray();
        using var group = CollectiveGroup.Join(
            new GroupOptions
            {
                Job = $"bench-ledger-{peers[0].Port}",
                Attempt = 0,
                Generation = 0,
                Rank = rank,
                Replicas = workers,
                Peers = peers,
                BucketElements = [checked((int)workload.Parameters.Sum(static one => one.parameter.numel()))],
                Secret = new byte[GroupOptions.MinSecretBytes],
                Norms = true,
            },
            listener);
        Console.WriteLine(JsonSerializer.Serialize(Measure(workload, group, pairs)));
        return 0;
    }

    private static LedgerTimes Measure(Workload workload, CollectiveGroup group, int pairs)
    {
        var ledger = new StepLedger();
        var exchange = new ReportExchange(group, ledger, group.Workers);
        var (with, without, alone) = (new List<double>(), new List<double>(), new List<double>());
        for (var step = 1; step <= WarmUpSteps + (2 * pairs); step++)
        {
            var began = Stopwatch.GetTimestamp();
            workload.Step();
            var bucket = group.Buckets[0];
            bucket.Open(step);
            bucket.AddReplica();
            group.AllReduce(bucket);
            if (step % 2 == 0)
            {
                var added = Stopwatch.GetTimestamp();
                Tell(group, ledger, exchange, step);
                alone.Add(Stopwatch.GetElapsedTime(added).TotalMilliseconds);
            }

            (step % 2 == 0 ? with : without).Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        const int Skipped = WarmUpSteps / 2;
        return new LedgerTimes([.. with.Skip(Skipped)], [.. without.Skip(Skipped)], [.. alone.Skip(Skipped)]);
    }

    // In the worker the frame is made by the control thread, several steps at a time.
    private static void Tell(CollectiveGroup group, StepLedger ledger, ReportExchange exchange, int step)
    {
        var reports = exchange.Run(step, [new ReplicaReport(group.Rank, 16, DigestOf(samples: 16, tokens: 129))]);
        ledger.Add(new LedgerEntry
        {
            Place = new LedgerPlace(1, 1, step, 0),
            Report = new StepReport { Step = step, Epoch = 0, Replicas = reports },
            Metrics = [new(step, "train/loss", step), new(step, "train/learning_rate", 1), new(step, "train/gradient_norm", step), new(step, "train/tokens_per_second", step)],
        });
        if (group.Rank == 0)
        {
            var entries = ledger.TakeUnsent(256);
            WireCodec.Encode(new StepReportsFrame
            {
                Sequence = step,
                Reports = new WorkerStepReports
                {
                    JobId = "bench",
                    Attempt = 1,
                    Generation = 1,
                    WorkerId = "bench-0",
                    Rank = 0,
                    Steps = [.. entries.Select(static entry => entry.Report!)],
                    Metrics = [.. entries.SelectMany(static entry => entry.Metrics)],
                },
            });
            ledger.Acknowledge(entries[^1].Place);
        }
    }

    // As the reader of a text does: the number of each sample, then its tokens.
    private static ulong DigestOf(int samples, int tokens)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var window = new long[tokens];
        for (var sample = 0L; sample < samples; sample++)
        {
            hash.AppendData(BitConverter.GetBytes(sample));
            hash.AppendData(MemoryMarshal.AsBytes(window.AsSpan()));
        }

        return BitConverter.ToUInt64(hash.GetHashAndReset());
    }
}

/// <summary>What one process measured, milliseconds.</summary>
/// <param name="With">Steps with ledger and metrics.</param>
/// <param name="Without">Those between them.</param>
/// <param name="Alone">What was added, within the former, waiting for the others included.</param>
internal sealed record LedgerTimes(double[] With, double[] Without, double[] Alone);
