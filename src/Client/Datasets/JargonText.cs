using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using SeqCluster.Client.Installation;

namespace SeqCluster.Client.Datasets;

/// <summary>
/// The Jargon File, half a million words of English, from the Debian package jargon-text. Unprivileged: the package is
/// downloaded and unpacked in a folder of its own, nothing is installed, and nothing of it is run.
/// </summary>
internal static class JargonText
{
    public const string Package = "jargon-text";
    private const string FileName = "jargon.txt";

    /// <summary>Where the examples look: the checkout that this program was built in, else the home folder.</summary>
    public static string DefaultFolder(ClientEnvironment environment)
    {
        for (var folder = new DirectoryInfo(environment.ProgramFolder); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SeqCluster.sln")))
            {
                return Path.Combine(folder.FullName, "artifacts", "data", "jargon");
            }
        }

        return Path.Combine(HomeFolder.Of(environment).Path, "data", "jargon");
    }

    /// <summary>Brings the text, unless it is there already.</summary>
    /// <returns>The file, its size and its SHA-256.</returns>
    /// <exception cref="WrongInputException">This system has no apt, or apt refuses; its words are in the message.</exception>
    public static async Task<(string Path, long Bytes, string Sha256)> FetchAsync(string folder, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folder);
            var scratch = Directory.CreateTempSubdirectory("seqcluster-jargon-").FullName;
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

    private static async Task DownloadAsync(string scratch, string path, CancellationToken cancellation)
    {
        await RunAsync("apt-get", ["-q", "download", Package], scratch, cancellation);
        var package = Directory.EnumerateFiles(scratch, "*.deb").FirstOrDefault()
            ?? throw new WrongInputException($"apt-get download {Package} brought no file");
        await RunAsync("dpkg-deb", ["-x", package, "unpacked"], scratch, cancellation);
        var text = new DirectoryInfo(Path.Combine(scratch, "unpacked"))
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Name.EndsWith(".txt", StringComparison.Ordinal) || file.Name.EndsWith(".txt.gz", StringComparison.Ordinal))
            .MaxBy(file => file.Length)
            ?? throw new WrongInputException($"{Path.GetFileName(package)} holds no text file");
        await UnpackAsync(text, path, cancellation);
    }

    // Renamed when it is whole: a download that was cut off is not taken for the text.
    private static async Task UnpackAsync(FileInfo text, string path, CancellationToken cancellation)
    {
        await using (var source = text.OpenRead())
        await using (var plain = text.Extension == ".gz" ? new GZipStream(source, CompressionMode.Decompress) : (Stream)source)
        await using (var target = File.Create(path + ".part"))
        {
            await plain.CopyToAsync(target, cancellation);
        }

        File.Move(path + ".part", path, overwrite: true);
    }

    private static async Task RunAsync(string program, string[] arguments, string folder, CancellationToken cancellation)
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
                $"{program} is not on this system: the package {Package} is Debian's and Ubuntu's. Bring any English text instead, and name it with --set data.path=FILE");
        }
    }
}
