using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Metrics;

namespace SeqCluster.Bench.Chaos;

/// <summary>
/// Reads one job's metrics as they are written, from its first to its last, whoever dies meanwhile. Speeds are left out: what depends
/// on time is another number in every run.
/// </summary>
internal sealed class MetricsReader : IDisposable
{
    private const int Told = 5;
    private static readonly TimeSpan SiloAwayBound = TimeSpan.FromMinutes(2);

    private readonly SeqClusterClient client;
    private readonly Task<List<JobMetric>> reading;

    /// <summary>Begins to read.</summary>
    public MetricsReader(Uri silo, string jobId)
    {
        client = new SeqClusterClient(silo) { ReconnectTimeout = SiloAwayBound };
        reading = ReadAsync(jobId);
    }

    /// <summary>All, in the order in which they came; returns when the job is over.</summary>
    /// <exception cref="SiloUnreachableException">The silo stayed away.</exception>
    public async Task<IReadOnlyList<JobMetric>> AllAsync() => await reading;

    /// <summary>How what came differs from what an undisturbed run wrote: something lost, doubled, or of another value.</summary>
    /// <returns>The first few differences, in words.</returns>
    public static IReadOnlyList<string> Differences(IReadOnlyList<JobMetric> expected, IReadOnlyList<JobMetric> found)
    {
        var due = expected.ToDictionary(static metric => (metric.Step, metric.Name), static metric => metric.Value);
        var differences = new List<string>();
        foreach (var of in found.GroupBy(static metric => (metric.Step, metric.Name)))
        {
            var values = of.Select(static metric => metric.Value).ToList();
            if (!due.Remove(of.Key, out var value))
            {
                differences.Add($"{of.Key.Name} of step {of.Key.Step}: {values[0]}, which the undisturbed run does not have");
            }
            else if (values.Count > 1)
            {
                differences.Add($"{of.Key.Name} of step {of.Key.Step} came {values.Count} times: {string.Join(", ", values)}");
            }
            else if (!values[0].Equals(value))
            {
                differences.Add($"{of.Key.Name} of step {of.Key.Step}: {values[0]}, undisturbed {value}");
            }
        }

        differences.AddRange(due.Keys.Select(static lost => $"{lost.Name} of step {lost.Step} is lost"));
        return [.. differences.Take(Told), .. differences.Count > Told ? [$"and {differences.Count - Told} more"] : Array.Empty<string>()];
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static bool IsOfTheJob(JobMetric metric) => metric.Name != "train/tokens_per_second" && !metric.Name.StartsWith("worker/", StringComparison.Ordinal);

    private async Task<List<JobMetric>> ReadAsync(string jobId)
    {
        var all = new List<JobMetric>();
        await foreach (var metric in client.FollowMetricsAsync(jobId))
        {
            if (IsOfTheJob(metric))
            {
                all.Add(metric);
            }
        }

        return all;
    }
}
