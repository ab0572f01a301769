using System.Text.Json;

namespace SeqCluster.Client.Tests.Commands;

public sealed class AccessCommandTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Login_RightToken_IsKeptForItsOwnerAndUsedUntilLogout()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Token = "sqc_right";
        using var run = new ClientRun();
        Assert.Equal(ExitCodes.Done, await run.RunAsync("login", silo.Url.ToString(), "--token", "sqc_right"));
        var file = Path.Combine(run.Folder.Path, "config", "seqcluster", "logins.json");
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));

        Assert.Equal(ExitCodes.Done, await run.RunAsync("jobs"));
        Assert.Contains("tiny-abc234", run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, await run.RunAsync("logout"));
        Assert.DoesNotContain("sqc_right", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.SiloUnreachable, await run.RunAsync("jobs"));
        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("logout"));
    }

    [Fact]
    public async Task Login_WrongToken_IsRefusedAndNotKept()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Token = "sqc_right";
        using var run = new ClientRun();
        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("login", silo.Url.ToString(), "--token", "sqc_wrong"));
        Assert.Contains("unknown token", run.Error, StringComparison.Ordinal);
        Assert.Contains("seqcluster login URL --token TOKEN", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(run.Folder.Path, "config")));
    }

    [Fact]
    public async Task SavedToken_OfOneSilo_IsNotGivenToAnother()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Token = "sqc_right";
        await using var other = await FakeSilo.StartAsync();
        using var run = new ClientRun();
        Assert.Equal(ExitCodes.Done, await run.RunAsync("login", silo.Url.ToString(), "--token", "sqc_right"));
        other.Token = "sqc_right";
        Assert.Equal(ExitCodes.WrongInput, await run.RunAsync("jobs", "--silo", other.Url.ToString()));

        // A variable is for whatever silo is named.
        run.Variables["SEQCLUSTER_TOKEN"] = "sqc_right";
        Assert.Equal(ExitCodes.Done, await run.RunAsync("jobs", "--silo", other.Url.ToString()));
    }

    [Fact]
    public async Task Silo_FirstStart_PrintsTheLinesToPaste()
    {
        using var run = new ClientRun();
        run.WriteProgram("Silo", "echo token client sqc_c; echo token worker sqw_w; echo certificate self-signed abcd; echo silo ready https://10.0.0.5:7070; echo \"$@\" >&2");
        Assert.Equal(0, await run.RunAsync("silo", "--listen", "0.0.0.0:7070", "--workers", "2"));
        Assert.Contains("\n  seqcluster worker --silo https://10.0.0.5:7070 --token sqw_w --fingerprint abcd\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("\n  seqcluster login https://10.0.0.5:7070 --token sqc_c --fingerprint abcd\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("--tokens --listen 0.0.0.0:7070 --store", run.Error, StringComparison.Ordinal);

        using var json = new ClientRun();
        json.WriteProgram("Silo", "echo silo ready http://10.0.0.5:7070");
        Assert.Equal(0, await json.RunAsync("silo", "--json"));
        Assert.Equal("http://10.0.0.5:7070", JsonDocument.Parse(json.Output).RootElement.GetProperty("url").GetString());
    }

    [Fact]
    public async Task Worker_GetsTokenAndTrustByVariables_AndAStableName()
    {
        using var run = new ClientRun();
        run.WriteProgram("Worker", "echo \"$@\"; echo \"[$SEQCLUSTER_TOKEN] [$SEQCLUSTER_FINGERPRINT]\"; exit 7");
        var pin = new string('a', 64);
        for (var start = 0; start < 2; start++)
        {
            Assert.Equal(7, await run.RunAsync("worker", "--silo", "https://10.0.0.5:7070", "--token", "sqw_w", "--fingerprint", pin, "--advertise", "10.0.0.6:7100"));
        }

        var lines = run.Output.Split('\n');
        Assert.Matches("^--silo https://10.0.0.5:7070 --id .*-0 --device cpu --parent-pid [0-9]+ --advertise 10.0.0.6:7100$", lines[0]);
        Assert.Equal($"[sqw_w] [{pin}]", lines[1]);
        Assert.Equal(lines[0], lines[2]);
        Assert.DoesNotContain("sqw_w", lines[0], StringComparison.Ordinal);
    }
}
