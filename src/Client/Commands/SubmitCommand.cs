using System.CommandLine;
using SeqCluster.Client.Datasets;
using SeqCluster.Client.Sdk;
using SeqCluster.Data.Preparation;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster submit FILE</c>: data prepared here for a silo on this machine, by the silo itself otherwise.</summary>
internal sealed class SubmitCommand : SiloVerb
{
    private readonly Argument<string> file = JobInput.FileArgument();
    private readonly Option<string[]> set = JobInput.SetOption();

    public SubmitCommand(ClientEnvironment environment)
        : base(environment, "submit", "Submit a job and return at once.", "seqcluster submit examples/char-lm.yaml --set train.steps=50")
    {
        Arguments.Add(file);
        Options.Add(set);
    }

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var input = JobInput.Read(line.GetRequiredValue(file), line.GetRequiredValue(set), Environment);
        PreparedDataset? dataset = null;
        if (client.Silo.IsLoopback)
        {
            // A silo that is not there is told of before minutes of preparation.
            await client.GetWorkersAsync(cancellation);
            dataset = await Preparation.PrepareAsync(input.ToPreparation(), Environment, cancellation);
        }

        var status = await client.SubmitAsync(input.ToSubmission(dataset), cancellation);
        if (IsJson(line))
        {
            WriteJson(status);
        }
        else
        {
            Environment.Output.WriteLine(status.JobId);
            Environment.Error.WriteLine($"watch it: seqcluster watch {status.JobId}");
        }

        return ExitCodes.Done;
    }
}
