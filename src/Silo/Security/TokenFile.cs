using System.Text.Json;
using System.Text.Json.Serialization;
using SeqCluster.Silo.Hosting;

namespace SeqCluster.Silo.Security;

/// <summary><c>tokens.json</c> in the store folder: hashes of tokens, for the silo's user alone. Replaced as a whole.</summary>
internal sealed class TokenFile(string folder)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly string path = Path.Combine(folder, "tokens.json");

    /// <summary>All that is kept; nothing when there is no file.</summary>
    /// <exception cref="SiloStartException">It cannot be read. It is never replaced by an empty one: that would lock everybody out.</exception>
    public IReadOnlyList<TokenRecord> Read()
    {
        try
        {
            if (!File.Exists(path))
            {
                return [];
            }

            File.SetUnixFileMode(path, OwnerOnly);
            var records = JsonSerializer.Deserialize<List<TokenRecord>>(File.ReadAllText(path), Json);
            return records is not null && records.TrueForAll(static record => record is { Description: { Id: not null, Name: not null }, Sha256.Length: 64 })
                ? records
                : throw new JsonException("a token without id, name or hash");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new SiloStartException($"{path}: cannot be read ({fault.Message}): mend it, or remove it to begin with new tokens", fault);
        }
    }

    /// <summary>On the disk when the call returns.</summary>
    public void Write(IReadOnlyList<TokenRecord> records)
    {
        var next = path + ".new";
        File.Delete(next);
        using (var stream = new FileStream(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            JsonSerializer.Serialize(stream, records, Json);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}
