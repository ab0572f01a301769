using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Silos;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster silo</c>: a silo for other machines, in the foreground, and the lines to paste there.</summary>
internal sealed class SiloCommand : Verb
{
    // The launcher of a checkout says how it is called: what is printed is pasted.
    private const string CommandVariable = "SEQCLUSTER_COMMAND";
    private readonly Option<string> listen = new("--listen") { Description = "Address and port of API and workers.", HelpName = "HOST:PORT", DefaultValueFactory = _ => "0.0.0.0:7070" };
    private readonly Option<string> store = new("--store") { Description = "Where the silo keeps everything. Default: silo in the home folder.", HelpName = "FOLDER" };
    private readonly Option<int> workers = new("--workers") { Description = "Worker processes on this machine.", HelpName = "N", DefaultValueFactory = _ => 0 };
    private readonly Option<string> device = new("--device") { Description = "Of these workers: cpu, cuda or cuda:N.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<string> advertise = new("--advertise") { Description = "Name or address by which others reach this machine. Default: the one that faces the network.", HelpName = "ADDR" };
    private readonly Option<string> certificate = new("--certificate") { Description = "Certificate for TLS, with intermediate ones after it.", HelpName = "PEM" };
    private readonly Option<string> key = new("--key") { Description = "Its private key.", HelpName = "PEM" };
    private readonly Option<bool> newTokens = new("--new-tokens") { Description = "Make and show a client and a worker token; the old ones stay valid." };

    private readonly Option<string[]> allowAssembly = AllowedAssembliesOption.Create();

    public SiloCommand(ClientEnvironment environment)
        : base(environment, "silo", "Run a silo that other machines join, until Ctrl-C.", "seqcluster silo --listen 0.0.0.0:7070 --workers 2")
    {
        Array.ForEach<Option>([listen, store, workers, device, allowAssembly, advertise, certificate, key, newTokens], Options.Add);
        workers.Require(value => value is >= 0 and <= OptionRange.MostWorkers, $"must be from 0 to {OptionRange.MostWorkers}");
    }

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var announcement = new SiloAnnouncement();
        return ForegroundProgram.RunAsync(
            Environment,
            Executables.Of(Environment).Find("Silo"),
            Words(line),
            text =>
            {
                if (announcement.Take(text))
                {
                    Print(announcement, IsJson(line));
                }
            },
            "stopping the silo and its workers");
    }

    private IEnumerable<string> Words(ParseResult line)
    {
        var folder = line.GetValue(store) is { } named ? Path.GetFullPath(named, Environment.WorkingFolder) : HomeFolder.Of(Environment).SiloStore;
        List<string> words =
        [
            "--tokens",
            "--listen", line.GetRequiredValue(listen),
            "--store", folder,
            "--workers", line.GetValue(workers).ToString(CultureInfo.InvariantCulture),
            "--device", line.GetRequiredValue(device),
            "--parent-pid", System.Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        ];
        words.AddRange(AllowedAssembliesOption.Words(line.GetRequiredValue(allowAssembly), Environment));
        if (line.GetValue(newTokens))
        {
            words.Add("--new-tokens");
        }

        if (line.GetValue(advertise) is { } address)
        {
            words.AddRange([advertise.Name, address]);
        }

        foreach (var file in (Option<string>[])[certificate, key])
        {
            if (line.GetValue(file) is { } path)
            {
                words.AddRange([file.Name, Path.GetFullPath(path, Environment.WorkingFolder)]);
            }
        }

        return words;
    }

    private void Print(SiloAnnouncement announcement, bool isJson)
    {
        if (isJson)
        {
            Environment.Output.WriteLine(JsonSerializer.Serialize(announcement, JsonSerializerOptions.Web));
        }
        else
        {
            foreach (var text in announcement.Lines(Environment.Variable(CommandVariable) is { Length: > 0 } command ? command : "seqcluster"))
            {
                Environment.Output.WriteLine(text);
            }
        }

        Environment.Output.Flush();
    }
}
