using System.CommandLine;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster cancel|pause|resume JOB</c>.</summary>
internal sealed class PlainSteerCommand : SteerCommand
{
    private readonly Func<SeqClusterClient, string, CancellationToken, Task> steer;

    private PlainSteerCommand(
        ClientEnvironment environment, string name, string description, Func<SeqClusterClient, string, CancellationToken, Task> steer)
        : base(environment, name, description, $"seqcluster {name} char-lm-x4k2qa") => this.steer = steer;

    public static PlainSteerCommand Cancel(ClientEnvironment environment) =>
        new(environment, "cancel", "Stop a job and free its workers.", static (client, id, cancellation) => client.CancelAsync(id, cancellation));

    public static PlainSteerCommand Pause(ClientEnvironment environment) => new(
        environment,
        "pause",
        "Stop a job at a step boundary with a checkpoint, free its workers and keep the job.",
        static (client, id, cancellation) => client.PauseAsync(id, cancellation));

    public static PlainSteerCommand Resume(ClientEnvironment environment) => new(
        environment,
        "resume",
        "Queue a paused job again: it goes on from its latest checkpoint.",
        static (client, id, cancellation) => client.ResumeAsync(id, cancellation));

    protected override Task SteerAsync(ParseResult line, SeqClusterClient client, string id, CancellationToken cancellation) =>
        steer(client, id, cancellation);
}
