using System.CommandLine;
using SeqCluster.Client.Sdk;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster cancel|pause|resume JOB</c>.</summary>
internal sealed class SteerCommand : SiloVerb
{
    private readonly Argument<string> job = JobArgument();
    private readonly Func<SeqClusterClient, string, CancellationToken, Task> steer;

    private SteerCommand(
        ClientEnvironment environment, string name, string description, Func<SeqClusterClient, string, CancellationToken, Task> steer)
        : base(environment, name, description, $"seqcluster {name} char-lm-x4k2qa")
    {
        this.steer = steer;
        Arguments.Add(job);
    }

    public static SteerCommand Cancel(ClientEnvironment environment) =>
        new(environment, "cancel", "Stop a job and free its workers.", static (client, id, cancellation) => client.CancelAsync(id, cancellation));

    public static SteerCommand Pause(ClientEnvironment environment) =>
        new(environment, "pause", "Free a job's workers and keep the job.", static (client, id, cancellation) => client.PauseAsync(id, cancellation));

    public static SteerCommand Resume(ClientEnvironment environment) =>
        new(environment, "resume", "Queue a paused job again.", static (client, id, cancellation) => client.ResumeAsync(id, cancellation));

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var id = line.GetRequiredValue(job);
        await steer(client, id, cancellation);
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
