using System.CommandLine;
using SeqCluster.Client.Running;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster run FILE</c>: a cluster for one job on this machine, from start to sample.</summary>
internal sealed class RunCommand : Verb
{
    private readonly Argument<string> file = JobInput.FileArgument();
    private readonly Option<string[]> set = JobInput.SetOption();
    private readonly Option<bool> plain = WatchCommand.PlainOption();
    private readonly Option<int?> workers = new("--workers")
    {
        Description = "Worker processes on this machine; the result does not depend on it. Default: what the job takes, at most one for each processor.",
        HelpName = "N",
    };

    private readonly Option<string[]> allowAssembly = AllowedAssembliesOption.Create();

    public RunCommand(ClientEnvironment environment)
        : base(
            environment,
            "run",
            "Train one job on this machine: starts a silo and workers, watches, shows the result and a sample. Ctrl-C cancels the job; again, ends at once.",
            "seqcluster run examples/char-lm.yaml --workers 2 --set train.steps=50")
    {
        Arguments.Add(file);
        Options.Add(workers);
        Options.Add(set);
        Options.Add(plain);
        Options.Add(allowAssembly);
        workers.RequireWorkers();
    }

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var input = JobInput.Read(line.GetRequiredValue(file), line.GetRequiredValue(set), Environment);
        var options = new RunOptions(line.GetValue(workers), IsJson(line), line.GetValue(plain), line.GetRequiredValue(allowAssembly));
        if (options.Workers is { } count)
        {
            input = input.OnWorkers(count, Environment);
        }

        return new LocalRun(input, options, Environment).RunAsync(cancellation);
    }
}
