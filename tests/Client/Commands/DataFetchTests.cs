using System.Diagnostics;

namespace SeqCluster.Client.Tests.Commands;

/// <summary>The program itself, on a system whose PATH holds what the test put there and nothing else.</summary>
public sealed class DataFetchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Bin => Path.Combine(folder.Path, "bin");

    private string Target => Path.Combine(folder.Path, "jargon");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Fetch_OnASystemWithoutApt_SaysWhatIsMissingAndWhatToDoInstead()
    {
        Directory.CreateDirectory(Bin);
        var (exitCode, error) = await FetchAsync();
        Assert.Equal(ExitCodes.WrongInput, exitCode);
        Assert.StartsWith("apt-get is not on this system", error, StringComparison.Ordinal);
        Assert.Contains("--set data.path=FILE", error, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Fetch_WhenAptRefuses_PassesItsWordsOn()
    {
        Write("apt-get", "echo 'E: Unable to locate package jargon-text' >&2; exit 100");
        var (exitCode, error) = await FetchAsync();
        Assert.Equal(ExitCodes.WrongInput, exitCode);
        Assert.Contains("exit code 100: E: Unable to locate package jargon-text", error, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Fetch_OfAPackageThatHoldsNoText_IsRefused()
    {
        Write("apt-get", ": > jargon-text_1_all.deb");
        Write("dpkg-deb", "/bin/mkdir \"$3\"");
        var (exitCode, error) = await FetchAsync();
        Assert.Equal(ExitCodes.WrongInput, exitCode);
        Assert.Contains("jargon-text_1_all.deb holds no text file", error, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Fetch_OfGccLocales_TakesTheGermanCatalogue()
    {
        Write("apt-get", ": > gcc-12-locales_1_all.deb");
        Write("dpkg-deb", "for language in de fr; do /bin/mkdir -p \"$3/$language/LC_MESSAGES\"; echo $language > \"$3/$language/LC_MESSAGES/gcc-12.mo\"; done; echo longer > \"$3/de/LC_MESSAGES/cpplib-12.mo\"");
        var (exitCode, error) = await FetchAsync("gcc-locales");
        Assert.Equal((ExitCodes.Done, ""), (exitCode, error));
        Assert.Equal("de\n", File.ReadAllText(Path.Combine(Target, "gcc-12.de.mo")));
        Assert.Single(Directory.EnumerateFileSystemEntries(Target));
    }

    private void AssertNothingIsLeft() => Assert.Empty(Directory.Exists(Target) ? Directory.EnumerateFileSystemEntries(Target) : []);

    private void Write(string program, string script)
    {
        Directory.CreateDirectory(Bin);
        var path = Path.Combine(Bin, program);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task<(int ExitCode, string Error)> FetchAsync(string name = "jargon")
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, [Path.Combine(AppContext.BaseDirectory, "SeqCluster.Client.dll"), "data", "fetch", name, "--to", Target])
        {
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = Bin;
        start.Environment["TMPDIR"] = folder.Path;
        using var client = Process.Start(start)!;
        var error = await client.StandardError.ReadToEndAsync();
        await client.WaitForExitAsync();
        return (client.ExitCode, error);
    }
}
