using System.Text.Json;
using SeqCluster.Audit;
using SeqCluster.Client.Datasets;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Manifests;
using SeqCluster.Transfers;

namespace SeqCluster.Client.Auditing;

/// <summary>Gathers what an audit needs: the ledger from the silo; the dataset from this machine, where it is here, else from the silo.</summary>
internal sealed class AuditMaterial(SeqClusterClient client, ClientEnvironment environment)
{
    private const int ManifestBytes = 64 << 20;

    /// <summary>Everything about a job.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="block">Places in a sample; 0: the model's settings say it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="WrongInputException">Nobody says how long samples are.</exception>
    public async Task<AuditedJob> GatherAsync(string jobId, int block, CancellationToken cancellation)
    {
        // The status first: what is stored of a job that is completed stays as it is.
        var status = await client.GetJobAsync(jobId, cancellation);
        var (folder, manifest) = await FindAsync(status.Spec.Data, cancellation);
        var places = block > 0 ? block : BlockOf(status.Spec.Model.SettingsJson);
        if (places == 0 && manifest.Data.Kind is DataKinds.Text or DataKinds.Audio)
        {
            throw new WrongInputException($"{jobId}: the settings of its model {status.Spec.Model.Kind} do not say how many places a sample has: give --block");
        }

        var reports = await client.GetStepsAsync(jobId, cancellation);
        return new AuditedJob(status, await client.GetGenerationsAsync(jobId, cancellation), reports, manifest, folder, places);
    }

    // A model's own settings; those of a model from an assembly lie one level below.
    private static int BlockOf(string settings)
    {
        using var parsed = JsonDocument.Parse(settings);
        JsonElement[] levels = parsed.RootElement.TryGetProperty("settings", out var own) && own.ValueKind == JsonValueKind.Object
            ? [parsed.RootElement, own]
            : [parsed.RootElement];
        return levels.Select(static level => level.TryGetProperty("block", out var block) && block.TryGetInt32(out var places) ? places : 0).Max();
    }

    private async Task<(string Folder, DatasetManifest Manifest)> FindAsync(DataSpec data, CancellationToken cancellation)
    {
        var home = HomeFolder.Of(environment);
        string[] places = [data.ManifestPath, .. new[] { home.Datasets, home.AuditedData }.Select(folder => Path.Combine(folder, data.ManifestSha256, DatasetManifest.FileName))];
        foreach (var path in places.Where(File.Exists))
        {
            var manifest = DatasetManifest.Read(path, data.ManifestSha256);
            var folder = Path.GetDirectoryName(path)!;
            if (manifest.Train.All(shard => File.Exists(Path.Combine(folder, shard.RelativePath))))
            {
                return (folder, manifest);
            }
        }

        return await FetchAsync(data.ManifestSha256, cancellation);
    }

    private async Task<(string Folder, DatasetManifest Manifest)> FetchAsync(string dataset, CancellationToken cancellation)
    {
        // Not beside those that are whole: only the training part is brought.
        var folder = Path.Combine(HomeFolder.Of(environment).AuditedData, dataset);
        Directory.CreateDirectory(Path.Combine(folder, DatasetManifest.ShardFolder));
        using var http = client.Access.CreateHttpClient();
        var download = new FileDownload(http, environment.Time, environment.Error.WriteLine);
        var path = Path.Combine(folder, DatasetManifest.FileName);
        var bytes = await download.ReadAsync($"v1/datasets/{dataset}/{dataset}", ManifestBytes, cancellation);
        await File.WriteAllBytesAsync(path + ".part", bytes, cancellation);
        var manifest = DatasetManifest.Read(path + ".part", dataset);
        using var bar = new ProgressBar("fetching the data", environment);
        var (done, total) = (0L, manifest.Train.Sum(static shard => shard.Tokens * sizeof(ushort)));
        foreach (var shard in manifest.Train.DistinctBy(static shard => shard.Sha256))
        {
            var target = Path.Combine(folder, shard.RelativePath);
            var content = new FileContent(shard.Sha256, shard.Tokens * sizeof(ushort), shard.Sha256);
            if (!content.IsAt(target, out _))
            {
                await download.FetchAsync($"v1/datasets/{dataset}/{shard.Sha256}", target, content, arrived => bar.Report((double)(done += arrived) / total), cancellation);
            }
        }

        // Last: who finds the manifest finds the training part.
        File.Move(path + ".part", path, overwrite: true);
        return (folder, manifest);
    }
}
