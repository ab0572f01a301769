using System.Diagnostics;
using System.Text.Json;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Silos;

/// <summary>Which silo a verb talks to: the option, else SEQCLUSTER_SILO, else the newest living <c>seqcluster dev</c>.</summary>
internal static class SiloLocator
{
    public const string Variable = "SEQCLUSTER_SILO";
    private const string FileName = "silo.json";

    /// <exception cref="WrongInputException">What was named is no URL.</exception>
    /// <exception cref="SiloUnreachableException">Nothing was named, and no development silo lives.</exception>
    public static Uri Find(string? option, ClientEnvironment environment)
    {
        var (named, by) = option is { Length: > 0 } ? (option, "--silo") : (environment.Variable(Variable), Variable);
        if (named is { Length: > 0 })
        {
            return Uri.TryCreate(named, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? url
                : throw new WrongInputException($"{by} {named}: must be a URL, for example http://127.0.0.1:7070");
        }

        return FindDevelopmentSilo(HomeFolder.Of(environment).DevelopmentStore)
            ?? throw new SiloUnreachableException($"no silo is running here: start one with 'seqcluster dev', or name one with --silo URL or {Variable}");
    }

    // One store is the rule; --store may have made several beside each other.
    private static Uri? FindDevelopmentSilo(string folder) => !Directory.Exists(folder)
        ? null
        : Directory.EnumerateDirectories(folder).Prepend(folder)
            .Select(store => new FileInfo(Path.Combine(store, FileName)))
            .Where(file => file.Exists)
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .Select(ReadLiving)
            .FirstOrDefault(url => url is not null);

    private static Uri? ReadLiving(FileInfo file)
    {
        try
        {
            var silo = JsonSerializer.Deserialize<SiloFile>(File.ReadAllText(file.FullName), ApiJson.Options);
            using var process = Process.GetProcessById(silo?.Pid ?? 0);
            return process.HasExited ? null : silo?.Url;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            // Left by a silo that was killed, or half written by one that comes up.
            return null;
        }
    }

    private sealed record SiloFile(Uri Url, int Pid);
}
