using System.CommandLine;
using System.Globalization;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Silos;
using SeqCluster.Contracts.Access;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster worker</c>: a worker process in the foreground that trains what a silo assigns.</summary>
internal sealed class WorkerCommand : Verb
{
    private readonly SiloLocator locator;
    private readonly Option<string> id = new("--id") { Description = "Name of this worker, once in the cluster. Default: the machine's name and a number." };
    private readonly Option<string> device = new("--device") { Description = "cpu or cuda:N.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<string> advertise = new("--advertise")
    {
        Description = "Address, and a port if it must be a certain one, by which other workers reach this one. Default: the address that faces the silo.",
        HelpName = "ADDR[:PORT]",
    };

    private readonly Option<string[]> allowAssembly = AllowedAssembliesOption.Create();

    public WorkerCommand(ClientEnvironment environment)
        : base(environment, "worker", "Run a worker for a silo until Ctrl-C.", "seqcluster worker --silo http://10.0.0.5:7070 --token sqw_…")
    {
        locator = new SiloLocator(this);
        Array.ForEach<Option>([id, device, advertise, allowAssembly], Options.Add);
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var access = locator.Find(line, Environment);
        using var name = WorkerName.Take(line.GetValue(id), Environment);
        var program = Executables.Of(Environment).Find("Worker");

        // Not as arguments: those are in every list of processes.
        program.Environment[AccessVariables.Token] = access.Token;
        program.Environment[AccessVariables.Authority] = access.Trust.AuthorityFile;
        program.Environment[AccessVariables.Fingerprint] = access.Trust.Fingerprint;
        List<string> words =
        [
            "--silo", access.Url.ToString().TrimEnd('/'), "--id", name.Text, "--device", line.GetRequiredValue(device),
            "--parent-pid", System.Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        ];
        if (line.GetValue(advertise) is { } address)
        {
            words.AddRange(["--advertise", address]);
        }

        words.AddRange(AllowedAssembliesOption.Words(line.GetRequiredValue(allowAssembly), Environment));
        Environment.Error.WriteLine($"worker {name.Text} for {access.Url.ToString().TrimEnd('/')}; Ctrl-C stops it");
        return await ForegroundProgram.RunAsync(Environment, program, words, Environment.Output.WriteLine, $"stopping worker {name.Text}");
    }
}
