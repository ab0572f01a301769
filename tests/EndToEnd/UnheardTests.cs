using SeqCluster.Contracts.Jobs;
using SeqCluster.Hosts.Tests;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>A worker that the silo does not hear, and its peers do.</summary>
public sealed class UnheardTests
{
    private const int Endless = 1_000_000;

    /// <summary>Longer than the bound after which a worker that nobody vouches for is given up.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(12);

    /// <summary>The only member is given up as silent. Nobody waits the ten minutes in which it might train on, once it or its successor is heard.</summary>
    [TorchTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LoneMember_StoppedAndHeardAgain_KeepsTheNextAttemptFromStartingNoLonger(bool isReplaced)
    {
        using var cluster = new Cluster(workers: 0);
        cluster.StartWorker("far-0");
        cluster.StartWorker("far-1");
        await cluster.AllWorkersAsync(2);
        var file = JobFiles.Small(cluster.WriteText(), replicas: 5, Endless);
        var id = (await cluster.SubmitAsync(file, "train.schedule.kind=constant", "recovery.silenceSeconds=1", "recovery.offlineSeconds=600")).JobId;
        var member = (await cluster.UntilAsync(id, "training", job => job.Step > 5)).Members[0].WorkerId;

        cluster.Signal(member, "STOP");
        await cluster.UntilAsync(id, "waits for the unheard", job => job.Reason.Contains("may still train, unheard", StringComparison.Ordinal));
        if (isReplaced)
        {
            cluster.KillAndReplace(member);
        }
        else
        {
            cluster.Signal(member, "CONT");
        }

        var next = await cluster.UntilAsync(id, "trains again", job => job.Attempt == 2 && job.Step > 5);
        Assert.NotEqual(member, Assert.Single(next.Members).WorkerId);
        await cluster.Client.CancelAsync(id);
        await cluster.FinishAsync(id);
    }

    [TorchFact]
    public async Task Worker_WhoseLinkToTheSiloAloneIsCut_StaysAMemberWhileTheGroupTrainsOn()
    {
        using var cluster = new Cluster(workers: 0);
        using var link = new CuttableLink(cluster.Client.Silo);
        cluster.StartWorker("far-0");
        cluster.StartWorker("far-1", link.Address);
        await cluster.AllWorkersAsync(2);
        var file = JobFiles.Small(cluster.WriteText(), replicas: 5, Endless);
        var id = (await cluster.SubmitAsync(file, "train.schedule.kind=constant", "workers.max=2", "workers.min=2")).JobId;
        var before = await cluster.UntilAsync(id, "training", job => job.Step > 5 && job.Members.Count == 2);

        link.Cut();
        var cut = TimeProvider.System.GetTimestamp();
        await cluster.UntilAsync(id, "trained on for a while", _ => TimeProvider.System.GetElapsedTime(cut) > Absence);
        var meanwhile = await cluster.Client.GetJobAsync(id);
        Assert.True(meanwhile.Step > before.Step, $"no step was done in {Absence.TotalSeconds:0} s");
        link.Mend();
        await cluster.UntilAsync(id, "hears of both again", job => job.Step > meanwhile.Step && job.Members.All(member => member.Step > meanwhile.Step));
        var after = await cluster.Client.GetJobAsync(id);
        Assert.True(after is { Attempt: 1, Generation: 1 }, await cluster.EventsAsync(id));
        await cluster.Client.CancelAsync(id);
        await cluster.FinishAsync(id);
    }
}
