using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Silos;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster dev</c>: a silo with local workers in the foreground. Nothing is left when it ends.</summary>
internal sealed class DevCommand : Verb
{
    private const string ReadyLine = "silo ready ";
    private readonly Option<int> workers = new("--workers")
    {
        Description = "Worker processes. Default: one for each processor.",
        HelpName = "N",
        DefaultValueFactory = _ => System.Environment.ProcessorCount,
    };

    private readonly Option<string> listen = new("--listen") { Description = "Address of the API. Default: a free port of 127.0.0.1.", HelpName = "HOST:PORT" };
    private readonly Option<string> device = new("--device") { Description = "Of the workers: cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<string> store = new("--store") { Description = "Where the silo keeps everything. Default: dev in the home folder.", HelpName = "FOLDER" };

    private readonly Option<string[]> allowAssembly = AllowedAssembliesOption.Create();

    public DevCommand(ClientEnvironment environment)
        : base(environment, "dev", "Run a silo with local workers until Ctrl-C.", "seqcluster dev --workers 4")
    {
        Options.Add(workers);
        Options.Add(listen);
        Options.Add(device);
        Options.Add(store);
        Options.Add(allowAssembly);
        workers.RequireWorkers();
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var folder = line.GetValue(store) is { } named ? Path.GetFullPath(named, Environment.WorkingFolder) : HomeFolder.Of(Environment).DevelopmentStore;
        Directory.CreateDirectory(folder);
        var program = Executables.Of(Environment).Find("Silo");
        var isJson = IsJson(line);
        return await ForegroundProgram.RunAsync(
            Environment, program, Words(line, folder), text => Pass(text, isJson), "stopping the silo and its workers");
    }

    private IEnumerable<string> Words(ParseResult line, string folder)
    {
        string[] always =
        [
            "--store", folder,
            "--workers", line.GetValue(workers).ToString(CultureInfo.InvariantCulture),
            "--device", line.GetRequiredValue(device),
            "--parent-pid", System.Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            .. AllowedAssembliesOption.Words(line.GetRequiredValue(allowAssembly), Environment),
        ];
        return line.GetValue(listen) is { } address ? [.. always, "--listen", address] : always;
    }

    private void Pass(string text, bool isJson)
    {
        var isReady = text.StartsWith(ReadyLine, StringComparison.Ordinal);
        if (!isJson)
        {
            Environment.Output.WriteLine(text);
        }
        else if (isReady)
        {
            Environment.Output.WriteLine(JsonSerializer.Serialize(new { url = text[ReadyLine.Length..].Trim() }));
        }

        Environment.Output.Flush();
        if (isReady && !isJson && Environment.ErrorIsTerminal)
        {
            Environment.Error.WriteLine("submit from another terminal: seqcluster submit examples/char-lm.yaml; Ctrl-C stops all of it");
        }
    }
}
