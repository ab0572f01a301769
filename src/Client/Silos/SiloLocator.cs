using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Sdk;
using SeqCluster.Contracts.Access;

namespace SeqCluster.Client.Silos;

/// <summary>
/// Which silo a verb talks to, by which token and trust. The silo: the option, else SEQCLUSTER_SILO, else the saved login, else
/// the newest living <c>seqcluster dev</c>. Token and trust: the options, else the variables, else those saved for that silo.
/// </summary>
internal sealed class SiloLocator
{
    private const string FileName = "silo.json";
    private readonly Option<string> silo = new("--silo")
    {
        Description = $"The silo's URL. Default: {AccessVariables.Silo}, else the saved login, else the newest 'seqcluster dev'.",
        HelpName = "URL",
    };

    private readonly Option<string> token = new("--token") { Description = $"Default: {AccessVariables.Token}, else that of the saved login.", HelpName = "TOKEN" };
    private readonly Option<string> authority = new("--ca") { Description = $"Who may have signed the silo's certificate. Default: {AccessVariables.Authority}, else the system's.", HelpName = "PEM" };
    private readonly Option<string> fingerprint = new("--fingerprint")
    {
        Description = $"The one certificate to trust, by its SHA-256. Default: {AccessVariables.Fingerprint}.",
        HelpName = "HEX",
    };

    /// <summary>Gives a verb the options.</summary>
    public SiloLocator(Command verb, bool withSilo = true) =>
        Array.ForEach<Option>(withSilo ? [silo, token, authority, fingerprint] : [token, authority, fingerprint], verb.Options.Add);

    /// <exception cref="WrongInputException">What was named is no URL, or the certificate's options cannot be used.</exception>
    /// <exception cref="SiloUnreachableException">Nothing was named, and no development silo lives.</exception>
    public SiloAccess Find(ParseResult line, ClientEnvironment environment)
    {
        var logins = SavedLogins.Of(environment);
        var (named, by) = line.GetValue(silo) is { Length: > 0 } given ? (given, "--silo") : (environment.Variable(AccessVariables.Silo), AccessVariables.Silo);
        var url = named is { Length: > 0 }
            ? Read(named, by)
            : logins.Current?.Url ?? FindDevelopmentSilo(HomeFolder.Of(environment).DevelopmentStore)
                ?? throw new SiloUnreachableException(
                    $"no silo is known here: start one with 'seqcluster dev', or name one with --silo URL, {AccessVariables.Silo} or 'seqcluster login'");
        return At(url, line, environment, logins.Find(url));
    }

    /// <summary>The access to a silo whose URL is known.</summary>
    public SiloAccess At(Uri url, ParseResult line, ClientEnvironment environment, SavedLogin? saved)
    {
        var bearer = line.GetValue(token) is { Length: > 0 } given ? given
            : environment.Variable(AccessVariables.Token) is { Length: > 0 } variable ? variable
            : saved?.Token ?? "";
        if (bearer.Any(static letter => letter is <= ' ' or > '~'))
        {
            throw new WrongInputException("the token has characters that no token has: copy it whole, without spaces");
        }

        return new SiloAccess(url, bearer, Trust(line, environment, saved));
    }

    /// <exception cref="WrongInputException">It is none.</exception>
    public static Uri Read(string named, string by) => Uri.TryCreate(named, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? url
        : throw new WrongInputException($"{by} {named}: must be a URL, for example http://127.0.0.1:7070");

    private SiloTrust Trust(ParseResult line, ClientEnvironment environment, SavedLogin? saved)
    {
        (string? File, string? Pin)[] places =
        [
            (FullPath(line.GetValue(authority), environment), line.GetValue(fingerprint)),
            (FullPath(environment.Variable(AccessVariables.Authority), environment), environment.Variable(AccessVariables.Fingerprint)),
            (saved?.AuthorityFile, saved?.Fingerprint),
        ];
        var (file, pin) = Array.Find(places, static place => !string.IsNullOrEmpty(place.File) || !string.IsNullOrEmpty(place.Pin));
        try
        {
            return SiloTrust.Create(file, pin);
        }
        catch (ArgumentException fault)
        {
            throw new WrongInputException(fault.Message);
        }
    }

    private static string? FullPath(string? path, ClientEnvironment environment) =>
        string.IsNullOrEmpty(path) ? null : Path.GetFullPath(path, environment.WorkingFolder);

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
