using System.CommandLine;
using SeqCluster.Client.Sdk;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster watch JOB</c>. Ctrl-C ends the watching, not the job.</summary>
internal sealed class WatchCommand : SiloVerb
{
    private readonly Argument<string> job = JobArgument();
    private readonly Option<bool> plain = PlainOption();

    public WatchCommand(ClientEnvironment environment)
        : base(environment, "watch", "Watch a job to its end: progress, loss curve, workers. Ctrl-C leaves the job running.", "seqcluster watch char-lm-x4k2qa")
    {
        Arguments.Add(job);
        Options.Add(plain);
    }

    public static Option<bool> PlainOption() => new("--plain") { Description = "Plain lines, even on a terminal. NO_COLOR does the same." };

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupts = Environment.Interrupts.Handle(stopping.Cancel);
        var (jobId, json) = (line.GetRequiredValue(job), IsJson(line));
        try
        {
            var progress = await JobWatcher.WatchAsync(client, jobId, json, line.GetValue(plain), Environment, stopping.Token);
            return FinalReport.Print(progress, json, Environment.Output);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Environment.Error.WriteLine($"{jobId} goes on; to stop it: seqcluster cancel {jobId}");
            return ExitCodes.Interrupted;
        }
    }
}
