using SeqCluster.Contracts.Jobs;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>One job on machines that share nothing, beside the same job on one machine.</summary>
public sealed class ThreeHostsTests
{
    // Loopback's addresses share memory: there the job must be told to use the network.
    private static readonly string[] OnBoth = ["workers.max=2", "workers.min=2", .. HostNetwork.Obstacle.Length > 0 ? new[] { "workers.transport=tcp" } : []];

    [TorchFact]
    public async Task Job_OnMachinesThatShareNothing_PausedAndResumed_EndsInTheWeightsOfOneMachine()
    {
        var expected = await OnOneMachineAsync(steps: 200);
        await using var hosts = await ThreeHosts.StartAsync();
        var id = await hosts.SubmitAsync(JobFiles.Small("text.txt", replicas: 5, steps: 200), [.. OnBoth, "train.checkpointEverySteps=5"]);
        await hosts.UntilAsync(id, "past its first checkpoint", job => job.CheckpointStep > 0);
        await hosts.Client.PauseAsync(id);
        var paused = await hosts.UntilAsync(id, "paused", job => job.State is JobState.Paused or JobState.Completed);
        Assert.True(paused.State == JobState.Paused && paused.CheckpointStep == paused.Step, $"{paused.State} at step {paused.Step}, checkpoint of {paused.CheckpointStep}: {paused.Reason}");
        await hosts.Client.ResumeAsync(id);
        var finished = await hosts.FinishAsync(id);
        Assert.Equal((expected.WeightsSha256, expected.StateSha256), (finished.Result!.WeightsSha256, finished.Result.StateSha256));
        Assert.Equal(2, finished.Attempt);

        // Its text and its checkpoints went over the network, and nowhere else.
        var lines = await hosts.Client.GetLogsAsync(id);
        Assert.Equal(hosts.AreSeparate ? 2 : 1, lines.Where(line => line.Text.StartsWith("fetching dataset", StringComparison.Ordinal)).Select(line => line.WorkerId).Distinct().Count());
        Assert.True(File.Exists(Path.Combine(hosts.SiloHost.Home, "silo", "checkpoints", id, "attempt-2", "step-000000200", "weights.safetensors")));
        if (hosts.AreSeparate)
        {
            Assert.Contains(lines, line => line.Text.StartsWith("sending the checkpoint of step 200", StringComparison.Ordinal));
            Assert.Equal(2, lines.Where(line => line.Text.StartsWith("fetching checkpoint step-", StringComparison.Ordinal)).Select(line => line.WorkerId).Distinct().Count());
        }

        var text = await ThreeHosts.RunAsync(hosts.Third, $"seqcluster generate {id} --prompt line --tokens 20 --json");
        Assert.Contains("\"text\":\"line", text, StringComparison.Ordinal);

        // Continued from the copy on the client's machine, which goes to the silo and from there to the workers; and by the job's name.
        var copy = Path.Combine(hosts.Third.Home, "checkpoints", id, "step-000000200");
        List<string> weights = [];
        foreach (var start in (string[])[Directory.Exists(copy) ? copy : finished.Result.Checkpoint, id])
        {
            var continued = await hosts.SubmitAsync(JobFiles.Small("text.txt", replicas: 5, steps: 203), [.. OnBoth, $"start.checkpoint={start}", "start.continues=true"]);
            weights.Add((await hosts.FinishAsync(continued)).Result!.WeightsSha256);
            var fetched = (await hosts.Client.GetLogsAsync(continued)).Where(line => line.Text.StartsWith("fetching checkpoint step-000000200", StringComparison.Ordinal));
            Assert.Equal(hosts.AreSeparate ? 2 : 0, fetched.Select(line => line.WorkerId).Distinct().Count());
        }

        Assert.Equal(weights[0], weights[1]);
        Assert.Equal(hosts.AreSeparate, File.Exists(Path.Combine(copy, "manifest.json")));
    }

    [TorchFact]
    public async Task Worker_WithAWrongTokenOrATakenName_IsRefusedAndTheJobGoesOn()
    {
        var expected = await OnOneMachineAsync(steps: 100);
        await using var hosts = await ThreeHosts.StartAsync();
        var id = await hosts.SubmitAsync(JobFiles.Small("text.txt", replicas: 5, steps: 100), OnBoth);
        await hosts.UntilAsync(id, "training", job => job.Step > 0);
        using (var stranger = hosts.Second.Paste($"{hosts.WorkerLine[..^4]}xxxx --id stranger"))
        {
            Assert.Equal(1, await stranger.EndAsync());
            Assert.Contains("refuses this worker", stranger.Text, StringComparison.Ordinal);
        }

        var taken = (await hosts.Client.GetWorkersAsync())[0].Worker.WorkerId;
        using (var second = hosts.SiloHost.Paste($"{hosts.WorkerLine} --id {taken}"))
        {
            Assert.Equal(1, await second.EndAsync());
            Assert.Contains("refuses this worker", second.Text, StringComparison.Ordinal);
        }

        var finished = await hosts.FinishAsync(id);
        Assert.Equal((expected.WeightsSha256, 1), (finished.Result!.WeightsSha256, finished.Attempt));
    }

    [SeparateHostsFact]
    public async Task Host_CutOffWithoutAWord_JobGoesOnWithoutItAndItComesBack()
    {
        var expected = await OnOneMachineAsync(steps: 200);
        await using var hosts = await ThreeHosts.StartAsync();
        var id = await hosts.SubmitAsync(JobFiles.Small("text.txt", replicas: 5, steps: 200), "workers.max=2", "workers.min=1", "train.checkpointEverySteps=5");
        await hosts.UntilAsync(id, "training on both", job => job.Members.Count == 2 && job.CheckpointStep > 0);
        hosts.Second.Cut();
        await hosts.UntilAsync(id, "on one", job => job.Members.Count == 1 && job.State == JobState.Running);
        hosts.Second.Heal();
        await hosts.UntilWorkersAsync(2);
        Assert.Equal(expected.WeightsSha256, (await hosts.FinishAsync(id)).Result!.WeightsSha256);
    }

    [SeparateHostsFact]
    [Trait("Category", "Long")]
    public async Task Job_OverASlowNetwork_EndsInTheWeightsOfOneMachine()
    {
        var expected = await OnOneMachineAsync(steps: 20);
        await using var hosts = await ThreeHosts.StartAsync(new LinkShape(DelayMs: 20, MegabitsPerSecond: 100, LossPercent: 0.1));
        var id = await hosts.SubmitAsync(JobFiles.Small("text.txt", replicas: 5, steps: 20), OnBoth);
        Assert.Equal(expected.WeightsSha256, (await hosts.FinishAsync(id)).Result!.WeightsSha256);
    }

    private static async Task<JobResult> OnOneMachineAsync(int steps)
    {
        using var cluster = new Cluster(workers: 1);
        await cluster.AllWorkersAsync(1);
        var job = await cluster.SubmitAsync(JobFiles.Small(cluster.WriteText(), replicas: 5, steps));
        return (await cluster.FinishAsync(job.JobId)).Result!;
    }
}
