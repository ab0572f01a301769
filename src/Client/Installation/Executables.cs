using System.Diagnostics;

namespace SeqCluster.Client.Installation;

/// <summary>Finds the programs of the sibling projects. It never builds and never downloads anything.</summary>
/// <param name="programFolder">The folder of this program.</param>
/// <param name="binFolder"><c>SEQCLUSTER_BIN</c>, or null.</param>
/// <param name="runtime">The program that runs a .dll.</param>
public sealed class Executables(string programFolder, string? binFolder, string runtime)
{
    /// <summary>The variable that names the folder to look in first.</summary>
    public const string FolderVariable = "SEQCLUSTER_BIN";

    internal static Executables Of(ClientEnvironment environment) =>
        new(environment.ProgramFolder, environment.Variable(FolderVariable), RuntimeOf(environment));

    /// <summary>
    /// How the program of a project is started: looked for in <c>SEQCLUSTER_BIN</c>, beside this program, and in the
    /// sibling's folder of a build's artifacts (<c>bin/PROJECT/CONFIGURATION</c>).
    /// </summary>
    /// <param name="project"><c>Silo</c> or <c>Worker</c>.</param>
    /// <exception cref="MissingProgramException">It is in none of them.</exception>
    public ProcessStartInfo Find(string project)
    {
        var name = $"SeqCluster.{project}";
        foreach (var folder in Folders(project))
        {
            if (File.Exists(Path.Combine(folder, name + ".dll")))
            {
                // Not the native starter beside it: that one looks for a runtime of its own, and may find none.
                return new ProcessStartInfo(runtime) { ArgumentList = { Path.Combine(folder, name + ".dll") } };
            }

            if (File.Exists(Path.Combine(folder, name)))
            {
                return new ProcessStartInfo(Path.Combine(folder, name));
            }
        }

        throw new MissingProgramException(name, [.. Folders(project)]);
    }

    private IEnumerable<string> Folders(string project)
    {
        if (!string.IsNullOrEmpty(binFolder))
        {
            yield return binFolder;
        }

        yield return programFolder;
        var configuration = new DirectoryInfo(programFolder);
        if (configuration.Parent?.Parent is { } bin)
        {
            yield return Path.Combine(bin.FullName, project, configuration.Name);
        }
    }

    private static string RuntimeOf(ClientEnvironment environment) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath!
        : environment.Variable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
        : environment.Variable("DOTNET_ROOT") is { Length: > 0 } root ? Path.Combine(root, "dotnet")
        : "dotnet";
}
