using System.CommandLine;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster scale JOB --workers N</c>.</summary>
internal sealed class ScaleCommand : SteerCommand
{
    private readonly Option<int> workers = new("--workers")
    {
        Description = "The most workers that the job shall take, from 1 to its replicas.",
        HelpName = "N",
        Required = true,
    };

    public ScaleCommand(ClientEnvironment environment)
        : base(
            environment,
            "scale",
            "Change how many workers a job takes: a running one goes on with the others from a step boundary.",
            "seqcluster scale char-lm-x4k2qa --workers 3") => Options.Add(workers);

    protected override Task SteerAsync(ParseResult line, SeqClusterClient client, string id, CancellationToken cancellation) =>
        client.ScaleAsync(id, line.GetRequiredValue(workers), cancellation);
}
