using System.Globalization;

namespace SeqCluster.Hosts.Tests;

/// <summary>A machine of a test: an address, and a home folder that no other one sees.</summary>
public sealed class TestHost
{
    private readonly IHostWiring wiring;
    private readonly int number;

    internal TestHost(IHostWiring wiring, int number, string folder) => (this.wiring, this.number, Folder) = (wiring, number, folder);

    /// <summary>Where the others reach it.</summary>
    public string Address => wiring.AddressOf(number);

    /// <summary>Its home.</summary>
    public string Folder { get; }

    /// <summary>Where its programs keep everything.</summary>
    public string Home => Path.Combine(Folder, "seqcluster");

    /// <summary>Starts one of our programs.</summary>
    /// <param name="project"><c>Client</c>, <c>Silo</c> or <c>Worker</c>, as built beside this.</param>
    /// <param name="words">Its arguments.</param>
    public HostProcess Start(string project, params string[] words)
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../..", project, configuration, $"SeqCluster.{project}.dll"));
        var start = wiring.On(number, Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet", [program, .. words]);
        start.WorkingDirectory = Folder;
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("SEQCLUSTER_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = Folder;
        start.Environment["TMPDIR"] = Directory.CreateDirectory(Path.Combine(Folder, "tmp")).FullName;
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(Folder, "config");
        start.Environment["SEQCLUSTER_HOME"] = Home;
        return new HostProcess(start);
    }

    /// <summary>Starts what a person would paste there, <c>seqcluster VERB …</c>.</summary>
    public HostProcess Paste(string line)
    {
        var words = line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words[0] == "seqcluster" ? Start("Client", words[1..]) : throw new ArgumentException($"'{line}' is no line of seqcluster");
    }

    /// <summary>Cuts it off from the others, without a word to anybody.</summary>
    public void Cut() => wiring.Cut(number, isCut: true);

    /// <summary>Joins it again.</summary>
    public void Heal() => wiring.Cut(number, isCut: false);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"host{number + 1} ({Address})");
}
