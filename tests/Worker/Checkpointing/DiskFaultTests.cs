using SeqCluster.Contracts.Membership;
using SeqCluster.Worker.Checkpointing;
using SeqCluster.Worker.Tests.TrainingLoop;

namespace SeqCluster.Worker.Tests.Checkpointing;

/// <summary>Real file systems that are full, read-only, or taken away: training goes on, and says what is wrong.</summary>
public sealed class DiskFaultTests : RunHarness
{
    private const int Steps = 9;

    private string Place => Path.Combine(Folder, "checkpoints");

    [MountFact]
    public void Run_DiskIsFull_GoesOnAndSaysSoAndTheLastIsWrittenWhenThereIsRoom() =>
        RunOnABadDisk("size=16k", "remount,size=16m", "No space left on device");

    [MountFact]
    public void Run_DiskIsReadOnly_GoesOnAndSaysSoAndTheLastIsWrittenWhenItMayBe() =>
        RunOnABadDisk("size=16m,ro", "remount,rw", "Read-only file system");

    /// <summary>Nobody holds a checkpoint back because those before it are gone.</summary>
    [TorchFact]
    public void Run_FolderIsDeletedMeanwhile_WritesTheNextOnes()
    {
        var observer = AtStepFive(() => Directory.Delete(Place, recursive: true));
        var result = Complete(Spec(steps: Steps, everySteps: 3), observer);
        Assert.Equal([3, 6, 9], observer.Checkpoints.Select(written => written.Step));
        Assert.Equal(result.StateSha256, CheckpointManifest.Read(result.Checkpoint).StateSha256);
        Assert.False(Directory.Exists(Path.Combine(Place, observer.Checkpoints[0].Reference)));
    }

    /// <summary>Nothing is left of one that failed, and a good one from before stays.</summary>
    [MountFact]
    public void Run_DiskFillsUp_TheCheckpointsBeforeItStayWhole()
    {
        Mount("size=16m");
        try
        {
            var observer = AtStepFive(FillUp);
            observer.OnCheckpointFailed = step =>
            {
                if (step == Steps)
                {
                    File.Delete(Path.Combine(Place, "filler"));
                }
            };
            Complete(Spec(steps: Steps, everySteps: 3), observer);
            Assert.Equal([6, 9], observer.FailedCheckpoints.Select(failed => failed.Step));
            Assert.Equal([3, 9], observer.Checkpoints.Select(written => written.Step));
            var first = Path.Combine(Place, observer.Checkpoints[0].Reference);
            CheckpointManifest.Read(first).CheckedFile(first, CheckpointManifest.OptimizerFile);
        }
        finally
        {
            MountFactAttribute.Command("umount", Place);
        }
    }

    private void RunOnABadDisk(string options, string mended, string reason)
    {
        Mount(options);
        try
        {
            var observer = new RecordingObserver();
            observer.OnCheckpointFailed = step =>
            {
                if (step == Steps)
                {
                    Assert.Null(MountFactAttribute.Command("mount", "-o", mended, Place));
                }
            };
            var result = Complete(Spec(steps: Steps, everySteps: 3), observer);
            Assert.Equal([3, 6, Steps], observer.FailedCheckpoints.Select(failed => failed.Step));
            Assert.All(observer.FailedCheckpoints, failed => Assert.Contains(reason, failed.Detail, StringComparison.Ordinal));
            Assert.All(observer.FailedCheckpoints, failed => Assert.Contains(Place, failed.Detail, StringComparison.Ordinal));
            Assert.Equal(result.StateSha256, CheckpointManifest.Read(result.Checkpoint).StateSha256);
        }
        finally
        {
            MountFactAttribute.Command("umount", Place);
        }
    }

    // When the checkpoint of step 3 is written, which the engine does not wait for.
    private static RecordingObserver AtStepFive(Action act)
    {
        RecordingObserver? observer = null;
        var isDone = false;
        return observer = new RecordingObserver((phase, step) =>
        {
            if (phase == MemberPhase.Training && step == 5 && !isDone)
            {
                isDone = true;
                Assert.True(SpinWait.SpinUntil(() => observer!.Checkpoints.Count > 0, TimeSpan.FromSeconds(60)), "the checkpoint of step 3 was not written in time");
                act();
            }
        });
    }

    private void Mount(string options)
    {
        Directory.CreateDirectory(Place);
        Assert.Null(MountFactAttribute.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", Place));
    }

    private void FillUp()
    {
        using var filler = new FileStream(Path.Combine(Place, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
