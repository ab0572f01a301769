using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using SeqCluster.Client.Installation;

namespace SeqCluster.Client.Datasets;

/// <summary>
/// Data to train on that Debian and Ubuntu have in packages. Unprivileged: the package is downloaded and unpacked in a folder of
/// its own, nothing is installed, and nothing of it is run.
/// </summary>
/// <param name="Name">In the command line, and the name of its folder.</param>
/// <param name="Description">What it is, in a few words.</param>
/// <param name="Package">The package's name.</param>
/// <param name="FileName">The file's name once it is here.</param>
/// <param name="What">What the package must hold, for messages.</param>
/// <param name="IsWanted">Whether a file of the package is it; of several the largest is taken.</param>
/// <param name="Instead">What to do where there is no apt.</param>
internal sealed record PackagedData(
    string Name, string Description, string Package, string FileName, string What, Func<FileInfo, bool> IsWanted, string Instead)
{
    /// <summary>All of it.</summary>
    public static IReadOnlyList<PackagedData> All { get; } =
    [
        new(
            "jargon",
            "the Jargon File, half a million words of English",
            "jargon-text",
            "jargon.txt",
            "text file",
            static file => file.Name.EndsWith(".txt", StringComparison.Ordinal) || file.Name.EndsWith(".txt.gz", StringComparison.Ordinal),
            "Bring any English text instead, and name it with --set data.path=FILE"),
        new(
            "gcc-locales",
            "the messages of GCC and their German translations, 15,046 pairs",
            "gcc-12-locales",
            "gcc-12.de.mo",
            "German catalogue",
            static file => file.FullName.EndsWith("/de/LC_MESSAGES/gcc-12.mo", StringComparison.Ordinal),
            "Bring any compiled gettext catalogue (.mo) instead, and name it with --set data.path=FILE"),
    ];

    /// <summary>Where the examples look: the checkout that this program was built in, else the home folder.</summary>
    public string DefaultFolder(ClientEnvironment environment)
    {
        for (var folder = new DirectoryInfo(environment.ProgramFolder); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SeqCluster.sln")))
            {
                return Path.Combine(folder.FullName, "artifacts", "data", Name);
            }
        }

        return Path.Combine(HomeFolder.Of(environment).Path, "data", Name);
    }

    /// <summary>Brings the file, unless it is there already.</summary>
    /// <returns>The file, its size and its SHA-256.</returns>
    /// <exception cref="WrongInputException">This system has no apt, or apt refuses; its words are in the message.</exception>
    public async Task<(string Path, long Bytes, string Sha256)> FetchAsync(string folder, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folder);
            var scratch = Directory.CreateTempSubdirectory($"seqcluster-{Name}-").FullName;
            try
            {
                await DownloadAsync(scratch, path, cancellation);
            }
            finally
            {
                Directory.Delete(scratch, recursive: true);
            }
        }

        await using var stream = File.OpenRead(path);
        return (path, stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation)));
    }

    private async Task DownloadAsync(string scratch, string path, CancellationToken cancellation)
    {
        await RunAsync("apt-get", ["-q", "download", Package], scratch, cancellation);
        var package = Directory.EnumerateFiles(scratch, "*.deb").FirstOrDefault()
            ?? throw new WrongInputException($"apt-get download {Package} brought no file");
        await RunAsync("dpkg-deb", ["-x", package, "unpacked"], scratch, cancellation);
        var file = new DirectoryInfo(Path.Combine(scratch, "unpacked"))
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(IsWanted)
            .MaxBy(file => file.Length)
            ?? throw new WrongInputException($"{Path.GetFileName(package)} holds no {What}");
        await UnpackAsync(file, path, cancellation);
    }

    // Renamed when it is whole: a download that was cut off is not taken for the file.
    private static async Task UnpackAsync(FileInfo file, string path, CancellationToken cancellation)
    {
        await using (var source = file.OpenRead())
        await using (var plain = file.Extension == ".gz" ? new GZipStream(source, CompressionMode.Decompress) : (Stream)source)
        await using (var target = File.Create(path + ".part"))
        {
            await plain.CopyToAsync(target, cancellation);
        }

        File.Move(path + ".part", path, overwrite: true);
    }

    private async Task RunAsync(string program, string[] arguments, string folder, CancellationToken cancellation)
    {
        var words = new StringWriter();
        try
        {
            var exitCode = await PassThrough.RunAsync(
                new ProcessStartInfo(program) { WorkingDirectory = folder, Environment = { ["LC_ALL"] = "C" } }, arguments, TextWriter.Null, words, cancellation);
            if (exitCode != 0)
            {
                throw new WrongInputException($"{program} {string.Join(' ', arguments)} ended with exit code {exitCode}: {words.ToString().Trim()}");
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new WrongInputException(
                $"{program} is not on this system: the package {Package} is Debian's and Ubuntu's. {Instead}");
        }
    }
}
