using Microsoft.Extensions.Options;
using SeqCluster.Grains.Membership;
using SeqCluster.Silo.Storage;

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

    private string[] Left() => [.. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder.Path, Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal)];
}
