using System.Security.Cryptography;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Contracts.Storage;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Preparation;
using SeqCluster.JobFiles;
using SeqCluster.Silo.Checkpoints;
using SeqCluster.Silo.Datasets;
using SeqCluster.Silo.Storage;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Api;

/// <summary>Turns a submission into a checked job with its dataset and its id, or into all its faults.</summary>
internal sealed class JobSubmissions(IReadOnlyList<ModelSettings> models, DatasetLibrary library, ShardRegistration shards, StartCheckpoints starts, SqliteStore store)
{
    private const string IdLetters = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdLetterCount = 6;

    /// <summary>Whether everything is there, at least as an empty text: what comes from outside may hold null where the type has none.</summary>
    public static bool IsComplete(JobSubmission submission) =>
        submission is not ({ Name: null } or { File: null } or { Overrides: null } or { DataFolder: null } or { ManifestPath: null } or { ManifestSha256: null } or { StartSha256: null })
        && !submission.Overrides.Contains(null!);

    /// <summary>Checks a submission and submits the job.</summary>
    /// <returns>The job's first status; or faults; or why it was refused.</returns>
    public async Task<(JobStatus? Status, IReadOnlyList<ApiFault> Faults, string Refusal)> Submit(
        JobSubmission submission, IGrainFactory grains, CancellationToken cancellation)
    {
        if (store.Condition.Fault is { } unavailable)
        {
            // Before any data is prepared.
            throw unavailable.ToException();
        }

        var (checkedSpec, faults) = await Check(submission, cancellation);
        if (checkedSpec is null)
        {
            return (null, faults, "");
        }

        var jobId = NewId(checkedSpec.Name);
        var (spec, startFaults) = checkedSpec.Start.Checkpoint.Length > 0 ? await starts.Take(jobId, checkedSpec, submission.StartSha256) : (checkedSpec, []);
        if (spec is null)
        {
            return (null, startFaults, "");
        }

        await shards.Register(spec.Data.ManifestSha256);
        var job = grains.GetGrain<IJobGrain>(jobId);
        try
        {
            if (await job.Submit(spec) is { } refusal)
            {
                starts.Drop(spec);
                return (null, [], refusal);
            }
        }
        catch (StoreUnavailableException)
        {
            // The disk needs the room.
            starts.Drop(spec);
            throw;
        }

        return (await job.GetStatus(), [], "");
    }

    // The job's name and six random letters.
    private static string NewId(string name) => $"{name}-{RandomNumberGenerator.GetString(IdLetters, IdLetterCount)}";

    // Everything that can be checked: a spec with its dataset, or faults.
    private async Task<(JobSpec? Spec, IReadOnlyList<ApiFault> Faults)> Check(JobSubmission submission, CancellationToken cancellation)
    {
        var faults = FaultsOf(submission);
        var file = JobFile.Parse(submission.Name, submission.File, submission.DataFolder, submission.Overrides, models);
        faults.AddRange(file.Faults.Select(static fault => new ApiFault(fault.Place, fault.Field, fault.Value, fault.Message, fault.ToString())));
        if (faults.Count > 0 || file.Spec is not { } spec)
        {
            return (null, faults);
        }

        try
        {
            var (path, sha256) = submission.ManifestPath.Length > 0 ? Verified(submission)
                : submission.ManifestSha256.Length > 0 ? Named(submission)
                : await Task.Run(() => Prepare(spec, submission.DataFolder, cancellation), cancellation);
            return (spec with { Data = spec.Data with { ManifestPath = path, ManifestSha256 = sha256 } }, []);
        }
        catch (PreparationFault fault)
        {
            return (null, [.. fault.Faults.Select(static text => new ApiFault("data", "data", null, text, text))]);
        }
        catch (Exception fault) when (DiskErrors.IsOfTheRequest(fault))
        {
            return (null, [Fault(submission.ManifestPath.Length > 0 ? "manifestPath" : "manifestSha256", submission.ManifestPath.Length > 0 ? submission.ManifestPath : submission.ManifestSha256, fault.Message)]);
        }
    }

    private static List<ApiFault> FaultsOf(JobSubmission submission)
    {
        var faults = new List<ApiFault>();
        if (submission.Name is null || submission.Name.Length is 0 or > 200 || submission.Name.AsSpan().ContainsAny('/', '\\', '\0'))
        {
            faults.Add(Fault("name", submission.Name, "must be a file name of at most 200 characters"));
        }

        if (submission.Overrides.Count > ApiLimits.Overrides)
        {
            faults.Add(Fault("overrides", $"{submission.Overrides.Count} entries", $"must be at most {ApiLimits.Overrides}"));
        }

        var isPrepared = submission.ManifestPath.Length > 0 || submission.ManifestSha256.Length > 0;
        if (!isPrepared)
        {
            AddPathFault(faults, "dataFolder", submission.DataFolder);
        }

        if (submission.ManifestPath.Length > 0)
        {
            AddPathFault(faults, "manifestPath", submission.ManifestPath);
            if (Path.GetFileName(submission.ManifestPath) != DatasetManifest.FileName)
            {
                faults.Add(Fault("manifestPath", submission.ManifestPath, $"must end in /{DatasetManifest.FileName}"));
            }
        }

        if (isPrepared && !FileContent.IsSha256(submission.ManifestSha256))
        {
            faults.Add(Fault("manifestSha256", submission.ManifestSha256, "must be 64 lower-case hexadecimal digits"));
        }

        if (submission.StartSha256.Length > 0 && !FileContent.IsSha256(submission.StartSha256))
        {
            faults.Add(Fault("startSha256", submission.StartSha256, "must be 64 lower-case hexadecimal digits"));
        }

        return faults;
    }

    // A full path without `..` names one place, whoever reads it.
    private static void AddPathFault(List<ApiFault> faults, string field, string path)
    {
        if (!Path.IsPathFullyQualified(path) || path.Contains('\0') || path.Split('/').Contains(".."))
        {
            faults.Add(Fault(field, path, "must be a full path without '..'"));
        }
    }

    // Workers of other machines get it from this silo, which must find it again.
    private (string Path, string Sha256) Verified(JobSubmission submission)
    {
        DatasetManifest.Read(submission.ManifestPath, submission.ManifestSha256);
        library.Adopt(submission.ManifestPath, submission.ManifestSha256);
        return (submission.ManifestPath, submission.ManifestSha256);
    }

    private (string Path, string Sha256) Named(JobSubmission submission) => library.ManifestPathOf(submission.ManifestSha256) is { } path
        ? (path, submission.ManifestSha256)
        : throw new InvalidDataException("this silo has no such dataset: upload it (PUT /v1/datasets), or give its manifestPath on the silo's machine");

    private (string Path, string Sha256) Prepare(JobSpec spec, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(library.Folder);
        library.RemoveDeadLinks();
        var dataset = DataCatalog.Prepare(
            library.Folder,
            PreparationRequest.For(spec.Data.Kind, spec.Data.SettingsJson, folder, spec.Model.SettingsJson),
            progress: null,
            cancellation);
        return (dataset.ManifestPath, dataset.Sha256);
    }

    private static ApiFault Fault(string field, string? value, string message) =>
        new("request", field, value, message, value is null ? $"{field}: {message}" : $"{field} = {value}: {message}");
}
