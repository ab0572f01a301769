using System.Text.Json;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Silos;

/// <summary>
/// The file of logins, <c>seqcluster/logins.json</c> in XDG_CONFIG_HOME, for its owner alone. The newest is the one that counts
/// when no silo is named. A token is only ever given to the silo that it was saved for.
/// </summary>
internal sealed class SavedLogins
{
    private const int Bound = 100;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly List<SavedLogin> logins;

    private SavedLogins(string path, List<SavedLogin> logins) => (Path, this.logins) = (path, logins);

    /// <summary>Where they are kept.</summary>
    public string Path { get; }

    /// <summary>The newest.</summary>
    public SavedLogin? Current => logins.FirstOrDefault();

    /// <exception cref="WrongInputException">The file cannot be read.</exception>
    public static SavedLogins Of(ClientEnvironment environment)
    {
        var folder = environment.Variable("XDG_CONFIG_HOME") is { Length: > 0 } named
            ? System.IO.Path.GetFullPath(named, environment.WorkingFolder)
            : Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var path = System.IO.Path.Combine(folder, "seqcluster", "logins.json");
        try
        {
            return new(path, File.Exists(path) ? JsonSerializer.Deserialize<List<SavedLogin>>(File.ReadAllText(path), ApiJson.Options) ?? [] : []);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new WrongInputException($"{path}: cannot be read ({fault.Message}): mend it, or remove it and log in again");
        }
    }

    /// <summary>What was saved for a silo.</summary>
    public SavedLogin? Find(Uri url) => logins.Find(login => AreSame(login.Url, url));

    /// <summary>Saves a login as the newest; an older one of the same silo goes.</summary>
    public void Add(SavedLogin login) => Write([login, .. logins.Where(other => !AreSame(other.Url, login.Url)).Take(Bound - 1)]);

    /// <summary>Forgets a silo.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(Uri url)
    {
        var rest = logins.FindAll(login => !AreSame(login.Url, url));
        if (rest.Count == logins.Count)
        {
            return false;
        }

        Write(rest);
        return true;
    }

    private static bool AreSame(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    private void Write(List<SavedLogin> next)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!, OwnerOnly | UnixFileMode.UserExecute);
        var temporary = Path + ".new";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            JsonSerializer.Serialize(stream, next, ApiJson.Options);
        }

        File.Move(temporary, Path, overwrite: true);
    }
}
