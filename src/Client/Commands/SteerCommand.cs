using System.CommandLine;
using SeqCluster.Client.Sdk;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Commands;

/// <summary>A verb that asks something of one job, and prints what became of the job.</summary>
internal abstract class SteerCommand : SiloVerb
{
    private readonly Argument<string> job = JobArgument();

    protected SteerCommand(ClientEnvironment environment, string name, string description, string example)
        : base(environment, name, description, example) => Arguments.Add(job);

    /// <summary>Asks.</summary>
    protected abstract Task SteerAsync(ParseResult line, SeqClusterClient client, string id, CancellationToken cancellation);

    protected sealed override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var id = line.GetRequiredValue(job);
        await SteerAsync(line, client, id, cancellation);
        var status = await client.GetJobAsync(id, cancellation);
        if (IsJson(line))
        {
            WriteJson(status);
        }
        else
        {
            Environment.Output.WriteLine($"{status.JobId} {ProgressText.State(status.State)}: {status.Reason}");
        }

        return ExitCodes.Done;
    }
}
