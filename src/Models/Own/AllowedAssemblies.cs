using System.Security.Cryptography;

namespace SeqCluster.Models.Own;

/// <summary>
/// The assemblies whose models a worker may load: files, or the SHA-256 of a file wherever it lies. None by default, because a
/// model's code can do whatever the worker can. Finds and checks; <see cref="OwnModel"/> loads.
/// </summary>
public sealed class AllowedAssemblies
{
    private const int HashDigits = 64;
    private readonly IReadOnlyList<string> paths;
    private readonly IReadOnlyList<string> hashes;

    private AllowedAssemblies(IReadOnlyList<string> paths, IReadOnlyList<string> hashes)
    {
        this.paths = paths;
        this.hashes = hashes;
    }

    /// <summary>Nothing is allowed.</summary>
    public static AllowedAssemblies None { get; } = new([], []);

    /// <summary>Reads what a worker was started with.</summary>
    /// <param name="entries">Each the path of a file, or 64 hexadecimal digits.</param>
    /// <exception cref="ArgumentException">Files that do not exist; names all of them.</exception>
    public static AllowedAssemblies Of(IReadOnlyList<string> entries)
    {
        var hashes = entries.Where(IsHash).Select(entry => entry.ToLowerInvariant()).ToList();
        var paths = entries.Where(entry => !IsHash(entry)).Select(Path.GetFullPath).ToList();
        var missing = paths.Where(path => !File.Exists(path)).ToList();
        return missing.Count == 0
            ? new AllowedAssemblies(paths, hashes)
            : throw new ArgumentException($"--allow-assembly {string.Join(", ", missing)}: no such file; give the assembly's path, or its SHA-256");
    }

    /// <summary>The SHA-256 of a file, lower-case hexadecimal.</summary>
    public static string HashOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>The bytes that a job means, read once: what is checked is what is loaded.</summary>
    /// <param name="settings">What the job says.</param>
    /// <param name="folder">Where assemblies beside it may be loaded from; null when only its hash is allowed.</param>
    /// <exception cref="ArgumentException">This worker does not allow it.</exception>
    internal byte[] Find(OwnModelSettings settings, out string? folder)
    {
        if (settings.Sha256.Length == 0)
        {
            throw new ArgumentException($"model.assembly = {settings.Assembly}: the job has no model.sha256 for it; seqcluster submit fills it in, by hand: sha256sum {settings.Assembly}");
        }

        foreach (var path in paths)
        {
            var content = File.ReadAllBytes(path);
            if (HashOf(content) == settings.Sha256)
            {
                folder = Path.GetDirectoryName(path);
                return content;
            }
        }

        folder = null;
        if (hashes.Contains(settings.Sha256))
        {
            return Read(settings);
        }

        var known = paths.FirstOrDefault(path => Path.GetFileName(path) == Path.GetFileName(settings.Assembly));
        throw new ArgumentException(known is null
            ? $"model.assembly = {settings.Assembly} (SHA-256 {settings.Sha256}): this worker does not allow it; whoever trusts it starts the worker with --allow-assembly {settings.Assembly}, or with its SHA-256"
            : $"model.assembly = {settings.Assembly} (SHA-256 {settings.Sha256}): this worker allows {known}, whose content is another one; copy the job's file there, or submit the job again with this one");
    }

    private static byte[] Read(OwnModelSettings settings)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(settings.Assembly);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"model.assembly = {settings.Assembly}: its SHA-256 is allowed, the file cannot be read here: {fault.Message}", fault);
        }

        return HashOf(content) == settings.Sha256
            ? content
            : throw new ArgumentException($"model.assembly = {settings.Assembly}: the file here is not the one of the job (SHA-256 {settings.Sha256}); copy that one there");
    }

    private static bool IsHash(string entry) => entry.Length == HashDigits && entry.All(char.IsAsciiHexDigit);
}
