using System.CommandLine;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster drain WORKER</c>: before a machine is taken away.</summary>
internal sealed class DrainCommand : SiloVerb
{
    private readonly Argument<string> worker = new("worker") { Description = "Its id, as seqcluster workers tells it.", HelpName = "WORKER" };
    private readonly Option<bool> undo = new("--undo") { Description = "Let it work again." };

    public DrainCommand(ClientEnvironment environment)
        : base(
            environment,
            "drain",
            "Give a worker no further work; its job lets it go at a step boundary, as soon as enough others are there.",
            "seqcluster drain host1-0")
    {
        Arguments.Add(worker);
        Options.Add(undo);
    }

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var id = line.GetRequiredValue(worker);
        await client.DrainAsync(id, !line.GetValue(undo), cancellation);
        var account = (await client.GetWorkersAsync(cancellation)).Single(known => known.Worker.WorkerId == id);
        if (IsJson(line))
        {
            WriteJson(account);
        }
        else
        {
            Environment.Output.WriteLine(
                $"{id} {(account.IsDrained ? "takes no further work" : "may work")}"
                + (account.JobId.Length == 0 ? "" : account.IsDrained ? $"; {account.JobId} still holds it" : $"; {account.JobId} holds it"));
        }

        return ExitCodes.Done;
    }
}
