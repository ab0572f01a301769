using System.Net;
using System.Net.Http.Json;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Datasets;
using SeqCluster.Data.Preparation;
using SeqCluster.Transfers;

namespace SeqCluster.Client.Sdk;

/// <summary>
/// Brings a prepared dataset to a silo of another machine, so that a job can name it by its hash. What the silo has already,
/// from whomever, is not sent again.
/// </summary>
/// <param name="access">Where the silo is, by which client token, and by what its certificate is trusted.</param>
/// <param name="time">Paces repetition.</param>
/// <param name="say">Told of each repetition in a line.</param>
public sealed class DatasetUpload(SiloAccess access, TimeProvider time, Action<string> say)
{
    /// <summary>Sends what the silo lacks.</summary>
    /// <param name="dataset">On this machine.</param>
    /// <param name="progress">Told the part done, 0 to 1.</param>
    /// <param name="cancellation">Leaves at the silo what has arrived; the next upload goes on from there.</param>
    /// <returns>Bytes sent.</returns>
    /// <exception cref="TransferException">The silo is away for too long, or refuses.</exception>
    /// <exception cref="SiloUnreachableException">The silo does not answer at all.</exception>
    public async Task<long> SendAsync(PreparedDataset dataset, IProgress<double>? progress, CancellationToken cancellation)
    {
        using var http = access.CreateHttpClient();
        var known = await FindAsync(http, dataset.Sha256, cancellation);
        if (known is { IsComplete: true })
        {
            return 0;
        }

        var missing = known?.Missing?.ToHashSet(StringComparer.Ordinal);
        var upload = new FileUpload(http, time, say);
        var manifest = new FileContent("the manifest", new FileInfo(dataset.ManifestPath).Length, dataset.Sha256);
        var files = dataset.Manifest.Files.Where(file => missing is null || missing.Contains(dataset.Sha256) || missing.Contains(file.Sha256)).ToList();
        var (sent, total) = (0L, Math.Max(1, files.Sum(static file => file.Bytes)));
        void Sent(long bytes) => progress?.Report((double)(sent += bytes) / total);

        await upload.SendAsync(PathOf(dataset.Sha256, dataset.Sha256), dataset.ManifestPath, manifest, sent: null, cancellation);
        foreach (var file in files)
        {
            await upload.SendAsync(
                PathOf(dataset.Sha256, file.Sha256), Path.Combine(dataset.Folder, file.RelativePath), new FileContent($"shard {file.Sha256}", file.Bytes, file.Sha256), Sent, cancellation);
        }

        return sent;
    }

    private static string PathOf(string dataset, string sha256) => $"v1/datasets/{dataset}/{sha256}";

    private async Task<DatasetStatus?> FindAsync(HttpClient http, string dataset, CancellationToken cancellation)
    {
        try
        {
            using var response = await http.GetAsync($"v1/datasets/{dataset}", cancellation);
            return response.StatusCode == HttpStatusCode.NotFound ? null
                : response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<DatasetStatus>(ApiJson.Options, cancellation)
                : throw Problem.Read(response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
        }
        catch (HttpRequestException fault)
        {
            throw new SiloUnreachableException($"{access.Url}: {access.Explain(fault)}", fault);
        }
    }
}
