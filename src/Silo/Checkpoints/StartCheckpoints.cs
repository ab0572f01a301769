using System.Text.Json;
using System.Text.Json.Serialization;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Membership;
using SeqCluster.Data.Manifests;
using SeqCluster.Silo.Api;
using SeqCluster.Silo.Storage;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Checkpoints;

/// <summary>
/// Copies the checkpoint that a new job begins with into the store, under the job's own attempt 0: whatever happens to the original, and on
/// whichever machines the workers are, they get it from here.
/// </summary>
internal sealed class StartCheckpoints(CheckpointShelf shelf, StartUploads uploads, IGrainFactory grains, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Takes what <see cref="JobSpec.Start"/> names.</summary>
    /// <param name="jobId">The new job.</param>
    /// <param name="spec">Its data is prepared.</param>
    /// <param name="upload">The seal of one that was uploaded, and is gone from there when it is taken; empty: it is somewhere here.</param>
    /// <returns>The job with its copy; or faults, and there is none.</returns>
    public async Task<(JobSpec? Spec, IReadOnlyList<ApiFault> Faults)> Take(string jobId, JobSpec spec, string upload)
    {
        try
        {
            var folder = upload.Length > 0 ? uploads.FolderOf(upload) : await Find(spec.Start.Checkpoint);
            var taken = await Task.Run(() => Take(jobId, spec, new DirectoryInfo(folder)));
            if (upload.Length > 0 && taken.Spec is not null)
            {
                uploads.Remove(upload);
            }

            return taken;
        }
        catch (Exception fault) when (DiskErrors.IsOfTheRequest(fault))
        {
            return (null, [Fault("start.checkpoint", spec.Start.Checkpoint, fault.Message)]);
        }
    }

    /// <summary>Removes a job's copy, when the job was not submitted after all.</summary>
    public void Drop(JobSpec spec)
    {
        if (spec.Start.Taken is { } taken)
        {
            Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(shelf.PathOf(taken.Reference)))!, recursive: true);
        }
    }

    private async Task<string> Find(string named)
    {
        if (CheckpointOfJob.Parse(named) is not { } checkpoint)
        {
            return Directory.Exists(named) ? named : throw new InvalidDataException("there is no such folder on the silo's machine");
        }

        var registry = await grains.GetGrain<IReductionCoordinatorGrain>(checkpoint.JobId).GetCheckpoints();
        return checkpoint.Find(registry) is { } found ? shelf.PathOf(found.Reference)
            : throw new InvalidDataException(registry.Any(static one => !one.IsDamaged)
                ? $"kept are steps {string.Join(", ", registry.Where(static one => !one.IsDamaged).Select(static one => one.Step))} of {checkpoint.JobId}: name one of them, or the job alone for the last"
                : $"job {checkpoint.JobId} has no checkpoint on this silo: seqcluster jobs lists the jobs");
    }

    private (JobSpec? Spec, IReadOnlyList<ApiFault> Faults) Take(string jobId, JobSpec spec, DirectoryInfo folder)
    {
        using var document = CheckpointOnDisk.OpenManifest(folder);
        var (found, source, data, files) = Read(document.RootElement, folder);
        if (spec.Start.WeightsSha256 is { Length: > 0 } meant && meant != found.WeightsSha256)
        {
            return (null, [Fault("start.weightsSha256", meant, $"the checkpoint's weights are {found.WeightsSha256}")]);
        }

        var own = DatasetManifest.Read(spec.Data.ManifestPath, spec.Data.ManifestSha256).Data;
        List<ApiFault> faults = [.. StartFit.Faults(spec, own, source, data, found.Step).Select(static fault => Fault(fault.Field, fault.Value, fault.Message))];
        if (spec.Start.Continues && files.Count < 2)
        {
            faults.Add(Fault("start.continues", "true", "the checkpoint holds weights alone, an average of others: begin with its weights, without start.continues"));
        }

        if (faults.Count > 0)
        {
            return (null, faults);
        }

        var reference = WrittenCheckpoint.ReferenceOf(jobId, attempt: 0, found.Step);
        shelf.Copy(folder, files, reference);
        var taken = new JobCheckpoint
        {
            Step = found.Step,
            Reference = reference,
            WeightsSha256 = found.WeightsSha256,
            StateSha256 = found.StateSha256,
            SizeBytes = found.SizeBytes,
            CommittedAt = time.GetUtcNow(),
        };
        return (spec with { Start = spec.Start with { Taken = taken } }, []);
    }

    private static (WrittenCheckpoint Found, JobSpec Job, DataDescription Data, IReadOnlyDictionary<string, string> Files) Read(JsonElement manifest, DirectoryInfo folder)
    {
        try
        {
            var job = manifest.GetProperty("job").Deserialize<JobSpec>(Json);
            var data = manifest.GetProperty("data").Deserialize<DataDescription>(Json);
            var files = manifest.GetProperty("files").Deserialize<Dictionary<string, string>>(Json);
            return job is null || data is null || files is not { Count: > 0 } || !files.Keys.All(FileContent.IsPlainName)
                ? throw new InvalidDataException("its manifest does not tell job, data and files")
                : (CheckpointOnDisk.Parse(manifest, folder), job, data, files);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException)
        {
            throw new InvalidDataException($"its manifest is of another program: {fault.Message}", fault);
        }
    }

    private static ApiFault Fault(string field, string value, string message) => new("start", field, value, message, $"{field} = {value}: {message}");
}
