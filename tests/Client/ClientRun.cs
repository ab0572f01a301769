namespace SeqCluster.Client.Tests;

/// <summary>One command line in an environment of its own: no variable, home folder or terminal of this machine is seen.</summary>
internal sealed class ClientRun : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public ClientRun()
    {
        Variables = new() { ["SEQCLUSTER_HOME"] = Path.Combine(Folder.Path, "home"), ["XDG_CONFIG_HOME"] = Path.Combine(Folder.Path, "config"), ["PATH"] = System.Environment.GetEnvironmentVariable("PATH")! };
        Environment = new ClientEnvironment
        {
            Output = TextWriter.Synchronized(output),
            Error = TextWriter.Synchronized(error),
            Variable = name => Variables.GetValueOrDefault(name),
            ProgramFolder = Path.Combine(Folder.Path, "nothing", "is", "here"),
            WorkingFolder = Folder.Path,
        };
    }

    public TemporaryFolder Folder { get; } = new();

    public Dictionary<string, string> Variables { get; }

    public ClientEnvironment Environment { get; set; }

    public string Output => output.ToString();

    public string Error => error.ToString();

    public string Home => Variables["SEQCLUSTER_HOME"];

    public Task<int> RunAsync(params string[] args) => CommandLine.RunAsync(args, Environment).WaitAsync(Deadline);

    public Task<int> RunAsync(FakeSilo silo, params string[] args)
    {
        Variables["SEQCLUSTER_SILO"] = silo.Url.ToString();
        return RunAsync(args);
    }

    /// <summary>A job file with enough text beside it.</summary>
    public string WriteJob(string text = Samples.JobFile)
    {
        File.WriteAllText(Path.Combine(Folder.Path, "text.txt"), string.Concat(Enumerable.Repeat("the quick brown fox. ", 40)));
        var path = Path.Combine(Folder.Path, "tiny.yaml");
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A shell script in place of a sibling's program.</summary>
    public void WriteProgram(string project, string script)
    {
        var bin = Directory.CreateDirectory(Path.Combine(Folder.Path, "bin")).FullName;
        Variables["SEQCLUSTER_BIN"] = bin;
        var path = Path.Combine(bin, $"SeqCluster.{project}");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose()
    {
        Folder.Dispose();
        output.Dispose();
        error.Dispose();
    }
}
