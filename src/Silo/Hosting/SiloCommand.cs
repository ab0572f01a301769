using System.CommandLine;
using System.Net;
using SeqCluster.Contracts.Access;
using SeqCluster.JobFiles;
using SeqCluster.Silo.Storage;

namespace SeqCluster.Silo.Hosting;

/// <summary>The silo's command line: reads the options, runs the silo until it is asked to stop, tells faults in one line.</summary>
public static class SiloCommand
{
    private const int StartFailed = 2;
    private const int StoreLost = 2;

    /// <summary>The command, for <c>Parse(args).InvokeAsync()</c>.</summary>
    /// <param name="models">What job files may name.</param>
    public static RootCommand Create(IReadOnlyList<ModelSettings> models)
    {
        var listen = ListenOption();
        var store = new Option<string>("--store")
        {
            Description = "The folder of everything that the silo keeps.",
            HelpName = "FOLDER",
            DefaultValueFactory = static _ => "seqcluster-store",
        };
        var workers = new Option<int>("--workers") { Description = "Worker processes to start on this machine.", HelpName = "N" };
        workers.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 256)
            {
                result.AddError("--workers: must be 0 to 256");
            }
        });
        var device = new Option<string>("--device")
        {
            Description = "The workers' device: cpu, cuda (one GPU each) or cuda:N.",
            HelpName = "DEVICE",
            DefaultValueFactory = static _ => "cpu",
        };
        var allowAssembly = new Option<string[]>("--allow-assembly")
        {
            Description = "The workers may load models from this assembly: its file, or its SHA-256. May be repeated.",
            HelpName = "PATH|SHA256",
            DefaultValueFactory = static _ => [],
        };
        var tokens = new Option<bool>("--tokens") { Description = "Let nobody in without a token; needed to listen beyond this machine." };
        var newTokens = new Option<bool>("--new-tokens") { Description = "Make a client and a worker token at this start, when the old ones are lost." };
        var certificate = new Option<string>("--certificate") { Description = "Certificate for TLS, with intermediate ones after it.", HelpName = "PEM", DefaultValueFactory = static _ => "" };
        var key = new Option<string>("--key") { Description = "The certificate's private key.", HelpName = "PEM", DefaultValueFactory = static _ => "" };
        var advertise = AdvertiseOption();
        var parent = new Option<int>("--parent-pid") { Description = "Stop when this process, the parent, ends.", HelpName = "PID" };

        var root = new RootCommand("A SeqCluster silo: the grains, the HTTP API and the worker gateway in one process.") { HelpName = "SeqCluster.Silo" };
        Array.ForEach<Option>([listen, store, workers, device, allowAssembly, tokens, newTokens, certificate, key, advertise, parent], root.Add);
        root.SetAction((parsed, _) => Run(
            new SiloOptions
            {
                Listen = parsed.GetValue(listen)!,
                Store = parsed.GetValue(store)!,
                Workers = parsed.GetValue(workers),
                Device = parsed.GetValue(device)!,
                AllowedAssemblies = parsed.GetValue(allowAssembly)!,
                Tokens = parsed.GetValue(tokens),
                NewTokens = parsed.GetValue(newTokens),
                Certificate = parsed.GetValue(certificate)!,
                Key = parsed.GetValue(key)!,
                Advertise = parsed.GetValue(advertise)!,
                ParentPid = parsed.GetValue(parent),
            },
            models));
        return root;
    }

    private static Option<IPEndPoint> ListenOption() => new Option<IPEndPoint>("--listen")
    {
        Description = "Where the API and the worker gateway listen, HOST:PORT; port 0 takes a free one.",
        HelpName = "HOST:PORT",
        DefaultValueFactory = static _ => new IPEndPoint(IPAddress.Loopback, 0),
        CustomParser = static result =>
        {
            var text = result.Tokens[0].Value.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal);
            if (IPEndPoint.TryParse(text, out var endpoint) && text.LastIndexOf(':') > 0)
            {
                return endpoint;
            }

            result.AddError($"--listen {result.Tokens[0].Value}: must be an address and a port, for example 127.0.0.1:5080");
            return null;
        },
    };

    private static Option<string> AdvertiseOption()
    {
        var advertise = new Option<string>("--advertise")
        {
            Description = "Name or address by which other machines reach this one; found out by default.",
            HelpName = "ADDR",
            DefaultValueFactory = static _ => "",
        };
        advertise.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string>() is { Length: > 0 } given && Uri.CheckHostName(given) == UriHostNameType.Unknown)
            {
                result.AddError($"--advertise {given}: must be an address or a host name, without a port");
            }
        });
        return advertise;
    }

    private static async Task<int> Run(SiloOptions options, IReadOnlyList<ModelSettings> models)
    {
        try
        {
            await using var host = await SiloHost.Start(options, models);
            foreach (var line in Announcement(host))
            {
                Console.Out.WriteLine(line);
            }

            await Console.Out.FlushAsync();
            await host.WaitForShutdown();
            return host.HasLostItsStore ? StoreLost : 0;
        }
        catch (Exception fault) when (fault is SiloStartException or StoreException)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return StartFailed;
        }
    }

    // One fact a line, for programs; the ready line is the last. `seqcluster silo` makes the lines for people of them.
    private static IEnumerable<string> Announcement(SiloHost host)
    {
        foreach (var made in host.FreshTokens)
        {
            yield return $"token {(made.Description.Kind == TokenKind.Client ? "client" : "worker")} {made.Token}";
        }

        if (host.Fingerprint.Length > 0)
        {
            yield return $"certificate {(host.IsSelfSigned ? "self-signed" : "signed")} {host.Fingerprint}";
        }

        yield return $"silo ready {host.PublicUrl.ToString().TrimEnd('/')}";
    }
}
