using Microsoft.Extensions.Options;
using SeqCluster.Grains.Membership;
using SeqCluster.Silo.Api;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Checkpoints;

/// <summary>
/// Checkpoints that clients of other machines bring for jobs to begin with, each in a folder named by its manifest's seal until a job takes it.
/// Nothing here is trusted: who takes one checks seal and hashes.
/// </summary>
internal sealed class StartUploads(IOptions<MembershipOptions> options, TimeProvider time)
{
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    private string Root => Path.Combine(options.Value.CheckpointFolder, ".uploads");

    /// <summary>The folder of an upload.</summary>
    /// <param name="seal">A hash, and nothing else.</param>
    /// <exception cref="InvalidDataException">There is none, or what is there is another checkpoint.</exception>
    public string FolderOf(string seal)
    {
        var folder = Path.Combine(Root, seal);
        if (!Directory.Exists(folder))
        {
            throw new InvalidDataException($"startSha256 = {seal}: nothing was uploaded under it: PUT /v1/checkpoints/{seal}/FILE");
        }

        using var manifest = CheckpointOnDisk.OpenManifest(new DirectoryInfo(folder));
        return manifest.RootElement.GetProperty(SealedManifest.Member).GetString() == seal ? folder
            : throw new InvalidDataException($"startSha256 = {seal}: what was uploaded under it is another checkpoint");
    }

    /// <summary>Where a file of an upload goes; the folder is made. null when an upload has no place for it.</summary>
    public string? PlaceOf(string seal, string file)
    {
        RemoveAbandoned();
        var folder = Directory.CreateDirectory(Path.Combine(Root, seal));
        var others = folder.EnumerateFiles().Count(one => !one.Name.StartsWith(file, StringComparison.Ordinal));
        return others >= ApiLimits.CheckpointFiles ? null : Path.Combine(folder.FullName, file);
    }

    /// <summary>Forgets an upload.</summary>
    public void Remove(string seal) => Directory.Delete(Path.Combine(Root, seal), recursive: true);

    private void RemoveAbandoned()
    {
        foreach (var upload in Directory.CreateDirectory(Root).EnumerateDirectories())
        {
            var newest = upload.EnumerateFileSystemInfos().Append(upload).Max(static one => one.LastWriteTimeUtc);
            if (time.GetUtcNow() - newest > AbandonedAfter)
            {
                upload.Delete(recursive: true);
            }
        }
    }
}
