using System.CommandLine;

namespace SeqCluster.Client.Versions;

/// <summary><c>seqcluster version [--json]</c>: what is installed and what it stands on. Needs no silo and loads no native library.</summary>
internal sealed class VersionCommand : Command
{
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead of text" };

    public VersionCommand()
        : base("version", "Show the version, the substrate and the numerical libraries")
    {
        Options.Add(_json);
        SetAction(Print);
    }

    private int Print(ParseResult arguments)
    {
        var report = VersionReport.Collect();
        var text = arguments.GetValue(_json) ? report.ToJson() : report.ToText();
        arguments.InvocationConfiguration.Output.WriteLine(text);
        return 0;
    }
}
