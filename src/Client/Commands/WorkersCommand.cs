using System.CommandLine;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster workers</c>.</summary>
internal sealed class WorkersCommand(ClientEnvironment environment)
    : SiloVerb(environment, "workers", "List workers and the jobs that hold them.", "seqcluster workers --silo http://127.0.0.1:7070")
{
    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var workers = await client.GetWorkersAsync(cancellation);
        if (IsJson(line))
        {
            WriteJson(workers);
            return ExitCodes.Done;
        }

        TextTable.Write(
            Environment.Output,
            ["WORKER", "DEVICE", "JOB", "ADDRESS", "ENVIRONMENT"],
            [.. workers.Select(account => (string[])
            [
                account.Worker.WorkerId,
                account.Worker.Device,
                (account.JobId.Length > 0 ? account.JobId : account.IsDrained ? "" : "free") + (account.IsDrained ? " (drained)" : ""),
                account.Worker.DataPlaneAddress,
                account.Worker.Fingerprint,
            ])],
            whenEmpty: "no workers");
        return ExitCodes.Done;
    }
}
