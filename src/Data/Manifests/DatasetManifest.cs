using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SeqCluster.Data.Manifests;

/// <summary>
/// What a prepared dataset is: its shards by content, its vocabulary, where it came from. Immutable; the SHA-256 of its
/// file is the dataset's name in jobs. The training splits hold token numbers as little-endian uint16.
/// </summary>
public sealed record DatasetManifest
{
    /// <summary>The file's name in the dataset's folder; shards lie in <see cref="ShardFolder"/> beside it.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The folder of the shards.</summary>
    public const string ShardFolder = "shards";

    /// <summary>The one format that this program writes.</summary>
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary><see cref="CurrentFormat"/>.</summary>
    public required int Format { get; init; }

    /// <summary><c>text</c>.</summary>
    public required string Kind { get; init; }

    /// <summary><c>char</c> or <c>byte</c>.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>For <c>char</c>: all characters in code point order.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>Number of different tokens.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The first part of the text.</summary>
    public required IReadOnlyList<ShardEntry> Train { get; init; }

    /// <summary>The held-out last part; empty without one.</summary>
    public required IReadOnlyList<ShardEntry> Validation { get; init; }

    /// <summary>The files that it was made from.</summary>
    public required IReadOnlyList<SourceEntry> Sources { get; init; }

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
            return manifest.Format == CurrentFormat
                ? manifest
                : throw new InvalidDataException($"{path}: format {manifest.Format}, this program reads {CurrentFormat}: prepare the data again");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}: not a dataset manifest: {fault.Message}", fault);
        }
    }
}
