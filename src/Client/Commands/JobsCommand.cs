using System.CommandLine;
using System.Globalization;
using SeqCluster.Client.Sdk;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster jobs</c>.</summary>
internal sealed class JobsCommand(ClientEnvironment environment)
    : SiloVerb(environment, "jobs", "List jobs, newest first.", "seqcluster jobs")
{
    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var jobs = await client.GetJobsAsync(cancellation);
        if (IsJson(line))
        {
            WriteJson(jobs);
            return ExitCodes.Done;
        }

        TextTable.Write(
            Environment.Output,
            ["JOB", "STATE", "STEP", "WORKERS", "SUBMITTED"],
            [.. jobs.Select(job => (string[])
            [
                job.JobId,
                ProgressText.State(job.State),
                $"{job.Step}/{job.Steps}",
                $"{job.Members.Count}",
                job.SubmittedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            ])],
            whenEmpty: "no jobs");
        return ExitCodes.Done;
    }
}
