using System.CommandLine;
using SeqCluster.Audit;
using SeqCluster.Client.Auditing;
using SeqCluster.Client.Datasets;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster audit JOB</c>. Exit code 0 when everything holds, 1 when something does not.</summary>
internal sealed class AuditCommand : SiloVerb
{
    private readonly Argument<string> job = JobArgument();
    private readonly Option<int> block = new("--block") { Description = "Places in a sample, for a model of your own whose settings do not say it.", HelpName = "PLACES" };

    public AuditCommand(ClientEnvironment environment)
        : base(
            environment,
            "audit",
            "Prove from a job's ledger that every step counts once and every sample was used once an epoch, by what the workers really read.",
            "seqcluster audit char-lm-x4k2qa")
    {
        Arguments.Add(job);
        Options.Add(block);
        block.Require(static places => places >= 0, "must not be negative");
    }

    protected override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupts = Environment.Interrupts.Handle(stopping.Cancel);
        try
        {
            var audited = await new AuditMaterial(client, Environment).GatherAsync(line.GetRequiredValue(job), line.GetValue(block), stopping.Token);
            using var bar = new ProgressBar("auditing", Environment);
            var report = await Task.Run(() => LedgerAudit.Run(audited, bar, stopping.Token), stopping.Token);
            bar.Dispose();
            if (IsJson(line))
            {
                WriteJson(report);
            }
            else
            {
                AuditText.Lines(report).ToList().ForEach(Environment.Output.WriteLine);
            }

            return report.Passed ? ExitCodes.Done : ExitCodes.JobFailed;
        }
        catch (InvalidDataException fault)
        {
            throw new WrongInputException(fault.Message);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }
}
