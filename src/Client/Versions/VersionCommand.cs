using System.CommandLine;
using SeqCluster.Client.Commands;

namespace SeqCluster.Client.Versions;

/// <summary>
/// <c>seqcluster version</c>: what is installed and what it stands on. Needs no silo and loads no native library: the worker
/// program is asked for what only a loaded LibTorch knows.
/// </summary>
internal sealed class VersionCommand(ClientEnvironment environment)
    : Verb(environment, "version", "Show the version, the substrate and the numerical libraries.", "seqcluster version --json")
{
    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var report = VersionReport.Collect(await EngineReport.AskAsync(Environment, cancellation));
        Environment.Output.WriteLine(IsJson(line) ? report.ToJson() : report.ToText());
        return ExitCodes.Done;
    }
}
