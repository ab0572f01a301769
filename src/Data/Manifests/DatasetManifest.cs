using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SeqCluster.Data.Manifests;

/// <summary>
/// What a prepared dataset is: its shards by content, what they hold, where it came from. Immutable; the SHA-256 of its
/// file is the dataset's name in jobs. The splits hold little-endian uint16: token numbers, or what the kind of samples makes of them.
/// </summary>
public sealed record DatasetManifest
{
    /// <summary>The file's name in the dataset's folder; shards lie in <see cref="ShardFolder"/> beside it.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The folder of the shards.</summary>
    public const string ShardFolder = "shards";

    /// <summary>The one format that this program writes.</summary>
    public const int CurrentFormat = 2;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    /// <summary><see cref="CurrentFormat"/>.</summary>
    public required int Format { get; init; }

    /// <summary>The kind of samples and what their numbers mean.</summary>
    public required DataDescription Data { get; init; }

    /// <summary>What is trained on.</summary>
    public required IReadOnlyList<ShardEntry> Train { get; init; }

    /// <summary>What is held out; empty without.</summary>
    public required IReadOnlyList<ShardEntry> Validation { get; init; }

    /// <summary>What is decoded or evaluated in the end; null without, when what is held out is.</summary>
    public IReadOnlyList<ShardEntry>? Test { get; init; }

    /// <summary>The files that it was made from.</summary>
    public required IReadOnlyList<SourceEntry> Sources { get; init; }

    /// <summary>Every file beside the manifest, each once: to move the dataset is to move them and the manifest.</summary>
    [JsonIgnore]
    public IReadOnlyList<DatasetFile> Files => [.. Train.Concat(Validation).Concat(Test ?? [])
        .DistinctBy(shard => shard.Sha256)
        .Select(shard => new DatasetFile(shard.RelativePath, shard.Sha256, shard.Tokens * sizeof(ushort)))];

    /// <summary>The manifest as the bytes of its file.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>SHA-256 of <see cref="ToBytes"/>, lower-case hexadecimal: the dataset's name.</summary>
    public string Sha256() => Convert.ToHexStringLower(SHA256.HashData(ToBytes()));

    /// <summary>Reads a manifest and checks that it is the one that was asked for.</summary>
    /// <exception cref="InvalidDataException">It is damaged, of another format, or another dataset than <paramref name="expectedSha256"/>.</exception>
    public static DatasetManifest Read(string path, string? expectedSha256 = null)
    {
        var bytes = File.ReadAllBytes(path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (expectedSha256 is not null && hash != expectedSha256)
        {
            throw new InvalidDataException($"{path}: SHA-256 is {hash}, the job names {expectedSha256}: the dataset was changed after the job was submitted; prepare it again");
        }

        try
        {
            var manifest = JsonSerializer.Deserialize<DatasetManifest>(bytes, Json)
                ?? throw new InvalidDataException($"{path}: empty manifest");
            return manifest.Format != CurrentFormat
                ? throw new InvalidDataException($"{path}: format {manifest.Format}, this program reads {CurrentFormat}: prepare the data again")
                : manifest.Train.Contains(null!) || manifest.Validation.Contains(null!) || (manifest.Test ?? []).Contains(null!)
                ? throw new InvalidDataException($"{path}: a shard is null; prepare the data again")
                : manifest.Files.FirstOrDefault(static file => !file.IsSound) is { } unsound
                ? throw new InvalidDataException($"{path}: shard {unsound.Sha256} of {unsound.Bytes} bytes: no shard has such a name or size; prepare the data again")
                : manifest;
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}: not a dataset manifest: {fault.Message}", fault);
        }
    }
}
