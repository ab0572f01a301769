using SeqCluster.Models.Own;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>The example's model from outside, by the command line alone: trained, sampled, measured and continued, and by leave only.</summary>
public sealed class OwnModelTests : IDisposable
{
    private const string Hint = "more of it: seqcluster ";

    private readonly string folder = Directory.CreateTempSubdirectory("seqcluster-own-").FullName;

    [TorchFact]
    public async Task Run_AllowedAssembly_TrainsAndItsCheckpointIsOfUseToWhoAllowsItToo()
    {
        var assembly = SameResultTests.FourWorkers.OwnAssembly;
        var (text, job) = (Path.Combine(folder, "text.txt"), Path.Combine(folder, "own.yaml"));
        File.WriteAllLines(text, Cluster.TextLines);
        File.WriteAllText(job, JobFiles.Own(text, assembly, AllowedAssemblies.HashOf(File.ReadAllBytes(assembly)), replicas: 2));

        var ran = await SaysAsync(0, "run", job, "--workers", "1", "--plain", "--allow-assembly", assembly);
        Assert.Contains("validation loss", ran, StringComparison.Ordinal);
        var hint = ran[(ran.IndexOf(Hint, StringComparison.Ordinal) + Hint.Length)..].Split('\n')[0];
        Assert.EndsWith($"--allow-assembly {(assembly.Contains(' ', StringComparison.Ordinal) ? $"'{assembly}'" : assembly)}", hint, StringComparison.Ordinal);
        var words = hint.Split(' ');
        var checkpoint = words[Array.IndexOf(words, "--checkpoint") + 1];

        Assert.Contains("this worker does not allow it", await SaysAsync(2, "evaluate", "--checkpoint", checkpoint), StringComparison.Ordinal);
        Assert.Contains("bits per character", await SaysAsync(0, "evaluate", "--checkpoint", checkpoint, "--allow-assembly", assembly), StringComparison.Ordinal);
        Assert.Contains("this worker does not allow it", await SaysAsync(2, "generate", "--checkpoint", checkpoint), StringComparison.Ordinal);
        Assert.Contains("line ", await SaysAsync(0, "generate", "--checkpoint", checkpoint, "--prompt", "line ", "--tokens", "5", "--allow-assembly", assembly), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<string> SaysAsync(int exitCode, params string[] words)
    {
        using var client = new ClientProcess(folder, words);
        Assert.True(await client.ExitAsync() == exitCode, $"{string.Join(' ', words)}: {client.Said}");
        return client.Said;
    }
}
