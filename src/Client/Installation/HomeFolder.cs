namespace SeqCluster.Client.Installation;

/// <summary>Where the client keeps what outlives a command: <c>SEQCLUSTER_HOME</c>, by default <c>~/.local/share/seqcluster</c>.</summary>
/// <param name="Path">Full path; may not exist yet.</param>
public sealed record HomeFolder(string Path)
{
    /// <summary>Prepared datasets, each in a folder named by its hash.</summary>
    public string Datasets => System.IO.Path.Combine(Path, "datasets");

    /// <summary>Training parts of datasets that were brought from silos of other machines to audit jobs against.</summary>
    public string AuditedData => System.IO.Path.Combine(Path, "audited-data");

    /// <summary>Checkpoints that were brought from silos of other machines.</summary>
    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>The store of <c>seqcluster dev</c>.</summary>
    public string DevelopmentStore => System.IO.Path.Combine(Path, "dev");

    /// <summary>The store of <c>seqcluster silo</c>.</summary>
    public string SiloStore => System.IO.Path.Combine(Path, "silo");

    internal static HomeFolder Of(ClientEnvironment environment) =>
        new(environment.Variable("SEQCLUSTER_HOME") is { Length: > 0 } home
            ? System.IO.Path.GetFullPath(home, environment.WorkingFolder)
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "seqcluster"));

    /// <summary>A new folder for one <c>run</c>, named by time and process.</summary>
    internal string CreateRunFolder(TimeProvider time) =>
        Directory.CreateDirectory(System.IO.Path.Combine(Path, "runs", $"{time.GetUtcNow():yyyyMMdd-HHmmss}-{Environment.ProcessId}")).FullName;
}
