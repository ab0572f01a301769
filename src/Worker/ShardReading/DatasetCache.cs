using System.Net.Http.Json;
using SeqCluster.Contracts.Access;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Shards;
using SeqCluster.Data.Manifests;
using SeqCluster.Transfers;

namespace SeqCluster.Worker.ShardReading;

/// <summary>
/// Gives a worker the dataset of its job, verified: from the path that the job names when that is here, else from a folder of
/// this machine that all its workers share, into which what is missing comes from the silo. Knows nothing of what is in shards.
/// </summary>
/// <param name="folder">The cache; made when it is needed.</param>
/// <param name="maximumBytes">Its bound.</param>
/// <param name="silo">Where datasets come from; null: only paths are used.</param>
/// <param name="time">Paces waiting.</param>
internal sealed class DatasetCache(string folder, long maximumBytes, SiloAccess? silo, TimeProvider time)
{
    private const int ManifestBytes = 64 << 20;
    private static readonly TimeSpan TellTimeout = TimeSpan.FromSeconds(30);
    private readonly CacheRoom room = new(folder, maximumBytes);

    /// <summary>The name by which the silo is told of copies; empty: it is not told.</summary>
    public string Place { get; init; } = "";

    /// <summary>Makes the dataset whole on this machine, and tells the silo what was found; nobody waits for that.</summary>
    /// <param name="data">Which one.</param>
    /// <param name="say">Told what is done, in lines.</param>
    /// <param name="fetching">Called when something must be fetched.</param>
    /// <param name="cancellation">Leaves what has arrived.</param>
    /// <exception cref="TransferException">It cannot be had.</exception>
    /// <exception cref="InvalidDataException">It is not here, and there is no silo to fetch it from.</exception>
    public async Task<DatasetLease> OpenAsync(DataSpec data, Action<string> say, Action fetching, CancellationToken cancellation)
    {
        var findings = new CopyFindings();
        var lease = await OpenAsync(data, findings, say, fetching, cancellation);
        if (silo is not null && Place.Length > 0)
        {
            _ = TellAsync(data.ManifestSha256, findings.ReportOf(Place, lease.Manifest), say);
        }

        return lease;
    }

    private async Task<DatasetLease> OpenAsync(DataSpec data, CopyFindings findings, Action<string> say, Action fetching, CancellationToken cancellation)
    {
        if (Shared(data, findings, out var fault) is { } shared)
        {
            return shared;
        }

        if (silo is null)
        {
            throw new InvalidDataException($"{data.ManifestPath}: {fault}; prepare the data again");
        }

        if (fault.Length > 0)
        {
            say($"{data.ManifestPath}: {fault}; fetched from the silo instead");
        }

        var dataset = data.ManifestSha256;
        if (!FileContent.IsSha256(dataset))
        {
            throw new InvalidDataException($"data.manifestSha256 = {dataset}: no dataset has such a name");
        }

        return await CachedAsync(dataset, findings, say, fetching, cancellation);
    }

    private async Task TellAsync(string dataset, CopyReport report, Action<string> say)
    {
        try
        {
            using var late = new CancellationTokenSource(TellTimeout, time);
            using var http = silo!.CreateHttpClient();
            using var response = await http.PostAsJsonAsync($"v1/worker/datasets/{dataset}/copies", report, late.Token);
            response.EnsureSuccessStatusCode();
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            say($"the silo was not told which shards are here: {fault.Message}");
        }
    }

    // A path that is not here is no fault: the silo's machine is another one.
    private static DatasetLease? Shared(DataSpec data, CopyFindings findings, out string fault)
    {
        fault = "";
        if (!File.Exists(data.ManifestPath))
        {
            return null;
        }

        var place = Path.GetDirectoryName(data.ManifestPath)!;
        try
        {
            var manifest = DatasetManifest.Read(data.ManifestPath, data.ManifestSha256);
            fault = FaultOf(place, manifest, findings);
            return fault.Length == 0 ? new DatasetLease(place, manifest, held: null) : null;
        }
        catch (Exception caught) when (caught is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            fault = caught.Message;
            return null;
        }
    }

    private static string FaultOf(string place, DatasetManifest manifest, CopyFindings findings)
    {
        foreach (var file in manifest.Files)
        {
            if (!ContentOf(file).IsAt(Path.Combine(place, file.RelativePath), out var why))
            {
                findings.Damaged(file.Sha256, why);
                return $"shard {file.Sha256} is damaged: {why}";
            }
        }

        return "";
    }

    private static bool IsWhole(string place, DatasetManifest manifest) =>
        manifest.Files.All(file => ContentOf(file).IsAt(Path.Combine(place, file.RelativePath), out _));

    private static FileContent ContentOf(DatasetFile file) => new($"shard {file.Sha256}", file.Bytes, file.Sha256);

    private async Task<DatasetLease> CachedAsync(string dataset, CopyFindings findings, Action<string> say, Action fetching, CancellationToken cancellation)
    {
        try
        {
            var place = Path.Combine(folder, dataset);
            Directory.CreateDirectory(folder);

            // Held from before the first look: nobody makes room with what is about to be used.
            var held = await FileLock.TakeAsync(room.UseLockOf(dataset), alone: false, static () => { }, time, cancellation);
            try
            {
                File.SetLastWriteTimeUtc(room.UseLockOf(dataset), time.GetUtcNow().UtcDateTime);
                return new DatasetLease(place, await WholeAsync(dataset, place, findings, say, fetching, cancellation), held);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TransferException(TransferFault.NoRoom, $"the cache {folder} cannot be used: {fault.Message}: give another --cache", fault);
        }
    }

    private async Task<DatasetManifest> WholeAsync(
        string dataset, string place, CopyFindings findings, Action<string> say, Action fetching, CancellationToken cancellation)
    {
        if (Manifest(place, dataset) is { } there && IsWhole(place, there))
        {
            return there;
        }

        fetching();

        // Whoever comes second finds what the first one fetched.
        using var alone = await FileLock.TakeAsync(
            Path.Combine(folder, dataset + ".fetch"), alone: true, () => say($"another worker of this machine fetches dataset {dataset}; waits for it"), time, cancellation);
        using var http = silo!.CreateHttpClient();
        var download = new FileDownload(http, time, say);
        var manifest = Manifest(place, dataset) ?? await FetchManifestAsync(download, dataset, place, say, cancellation);
        await FetchFilesAsync(download, dataset, place, manifest, findings, say, cancellation);
        return manifest;
    }

    private static DatasetManifest? Manifest(string place, string dataset)
    {
        var path = Path.Combine(place, DatasetManifest.FileName);
        try
        {
            return File.Exists(path) ? DatasetManifest.Read(path, dataset) : null;
        }
        catch (InvalidDataException)
        {
            // It is fetched again, over the damaged one.
            return null;
        }
    }

    private async Task<DatasetManifest> FetchManifestAsync(FileDownload download, string dataset, string place, Action<string> say, CancellationToken cancellation)
    {
        var bytes = await download.ReadAsync(PathOf(dataset, dataset), ManifestBytes, cancellation);
        var path = Path.Combine(place, DatasetManifest.FileName);
        using var alone = await FileLock.TakeAsync(Path.Combine(folder, "room.lock"), alone: true, static () => { }, time, cancellation);
        Directory.CreateDirectory(place);
        await File.WriteAllBytesAsync(path + ".part", bytes, cancellation);
        try
        {
            var manifest = DatasetManifest.Read(path + ".part", dataset);
            room.Make(dataset, manifest.Files.Sum(static file => file.Bytes), say);
            File.Move(path + ".part", path, overwrite: true);
            return manifest;
        }
        catch (InvalidDataException fault)
        {
            throw new TransferException(TransferFault.Damaged, $"the silo's manifest of dataset {dataset}: {fault.Message}", fault);
        }
        finally
        {
            File.Delete(path + ".part");
        }
    }

    private async Task FetchFilesAsync(
        FileDownload download, string dataset, string place, DatasetManifest manifest, CopyFindings findings, Action<string> say, CancellationToken cancellation)
    {
        var missing = new List<DatasetFile>();
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(place, file.RelativePath);
            if (!ContentOf(file).IsAt(path, out var why))
            {
                if (File.Exists(path))
                {
                    findings.Damaged(file.Sha256, why);
                    say($"shard {file.Sha256} in the cache {folder} is damaged: {why}; fetched again");
                    File.Delete(path);
                }

                missing.Add(file);
            }
        }

        if (missing.Count == 0)
        {
            return;
        }

        var progress = new FetchProgress($"fetching dataset {dataset[..12]}, {missing.Count} of {manifest.Files.Count} shards", missing.Sum(static file => file.Bytes), say, time);
        foreach (var file in missing)
        {
            var target = Path.Combine(place, file.RelativePath);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await download.FetchAsync(PathOf(dataset, file.Sha256), target, ContentOf(file), progress.Add, cancellation);
        }

        progress.End();
    }

    private static string PathOf(string dataset, string sha256) => $"v1/worker/datasets/{dataset}/{sha256}";
}
