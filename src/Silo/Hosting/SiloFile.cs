using System.Text.Json;

namespace SeqCluster.Silo.Hosting;

/// <summary><c>silo.json</c> in the store folder: where the silo that uses it is. There only while one is ready.</summary>
/// <param name="Url">For clients and workers.</param>
/// <param name="Pid">Its process.</param>
public sealed record SiloFile(string Url, int Pid)
{
    private const string Name = "silo.json";

    /// <summary>null when there is none, or it cannot be read.</summary>
    public static SiloFile? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<SiloFile>(File.ReadAllText(Path.Combine(folder, Name)), JsonSerializerOptions.Web);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Whoever reads the file sees all of it or nothing.</summary>
    public void Write(string folder)
    {
        var path = Path.Combine(folder, Name);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(this, JsonSerializerOptions.Web) + "\n");
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>The silo stops, perhaps because nothing can be changed there any more; whoever reads the file checks that somebody answers.</summary>
    public static void Remove(string folder)
    {
        try
        {
            File.Delete(Path.Combine(folder, Name));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
        }
    }
}
