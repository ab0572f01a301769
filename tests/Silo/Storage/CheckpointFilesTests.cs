using System.Text.Json;
using Microsoft.Extensions.Options;
using SeqCluster.Grains.Membership;
using SeqCluster.Silo.Storage;
using SeqCluster.Transfers;

namespace SeqCluster.Silo.Tests.Storage;

public sealed class CheckpointFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CheckpointFiles files;

    public CheckpointFilesTests() => files = new CheckpointFiles(Options.Create(new MembershipOptions { CheckpointFolder = folder.Path }));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Trim_SeveralAttempts_LeavesWhatIsKeptAndWhatIsBeingWritten()
    {
        Make("job/attempt-1/step-000000010", "job/attempt-1/step-000000020", "job/attempt-1/step-000000030.1.partial", "job/attempt-2/step-000000030");
        Make("job/attempt-3/step-000000040", "job/attempt-3/step-000000050", "job/attempt-3/step-000000060", "job/attempt-3/step-000000070.1.partial");
        Make("job/attempt-4/step-000000099", "job/other", "job-b/attempt-1/step-000000010");
        await files.Trim("job", 3, ["job/attempt-1/step-000000020", "job/attempt-3/step-000000050"]);
        await files.Trim("job", 3, ["job/attempt-1/step-000000020", "job/attempt-3/step-000000050"]);
        Assert.Equal(
            [
                "job-b/attempt-1/step-000000010", "job/attempt-1/step-000000020", "job/attempt-3/step-000000050", "job/attempt-3/step-000000060",
                "job/attempt-3/step-000000070.1.partial", "job/attempt-4/step-000000099", "job/other",
            ],
            Left());
    }

    [Fact]
    public async Task Trim_KeptOnesWithGaps_RemovesWhatIsBetweenThem()
    {
        Make("job/attempt-1/step-000000010", "job/attempt-1/step-000000020", "job/attempt-1/step-000000030", "job/attempt-1/step-000000040");
        await files.Trim("job", 1, ["job/attempt-1/step-000000010", "job/attempt-1/step-000000030"]);
        Assert.Equal(["job/attempt-1/step-000000010", "job/attempt-1/step-000000030", "job/attempt-1/step-000000040"], Left());
    }

    /// <summary>A seal that does not fit, a file that is another, a place that is another's, or no manifest at all: nobody may begin from it.</summary>
    [Fact]
    public async Task FindWhole_AmongDamagedOnes_IsWhatIsWholeBeyondTheStep()
    {
        Write("job/attempt-1/step-000000010", "job", 1, 10);
        Write("job/attempt-1/step-000000020", "job", 1, 20);
        Write("job/attempt-2/step-000000030", "job", 2, 30);
        File.WriteAllText(Path.Combine(Write("job/attempt-2/step-000000040", "job", 2, 40), "weights.safetensors"), "Weights");
        var manifest = Path.Combine(Write("job/attempt-2/step-000000050", "job", 2, 50), "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"generation\":3", "\"generation\":1", StringComparison.Ordinal));
        Write("job/attempt-2/step-000000060", "job-b", 2, 60);
        Write("job/attempt-2/step-000000070.1.partial", "job", 2, 70);
        Make("job/attempt-2/step-000000080");
        var found = await files.FindWhole("job", one => one.Step > 10);
        Assert.Equal(["job/attempt-1/step-000000020", "job/attempt-2/step-000000030"], found.Select(one => one.Reference).Order(StringComparer.Ordinal));
        var last = found.Single(one => one.Step == 30);
        Assert.Equal((3, 1.5, "state", new DirectoryInfo(Path.Combine(folder.Path, last.Reference)).EnumerateFiles().Sum(file => file.Length)),
            (last.Generation, last.EvaluatedLoss, last.StateSha256, last.SizeBytes));
        Assert.Empty(await files.FindWhole("nobody", _ => true));
    }

    [Fact]
    public async Task Trim_NothingKeptYet_LeavesThePresentAttempt()
    {
        Make("job/attempt-1/step-000000010");
        await files.Trim("job", 1, []);
        await files.Trim("nobody", 1, []);
        Assert.Equal(["job/attempt-1/step-000000010"], Left());
    }

    private void Make(params string[] references)
    {
        foreach (var reference in references)
        {
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder.Path, reference)).FullName, "file"), "content");
        }
    }

    private string Write(string place, string job, int attempt, int step)
    {
        var path = Directory.CreateDirectory(Path.Combine(folder.Path, place)).FullName;
        File.WriteAllText(Path.Combine(path, "weights.safetensors"), "weights");
        File.WriteAllBytes(Path.Combine(path, "manifest.json"), SealedManifest.Seal(JsonSerializer.SerializeToUtf8Bytes(new
        {
            jobId = job, attempt, generation = 3, step, weightsSha256 = "weights", stateSha256 = "state", evaluatedLoss = 1.5,
            files = new Dictionary<string, string> { ["weights.safetensors"] = FileContent.HashOf(Path.Combine(path, "weights.safetensors")) },
        })));
        return path;
    }

    private string[] Left() => [.. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder.Path, Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal)];
}
