using System.Runtime.InteropServices;

namespace SeqCluster.Silo.LocalWorkers;

/// <summary>How a worker process is started: the executable and the arguments before the worker's own.</summary>
public sealed record WorkerCommand(string File, IReadOnlyList<string> Arguments)
{
    private const string Assembly = "SeqCluster.Worker.dll";

    /// <summary>
    /// The worker that was built or published with this silo: in <c>$SEQCLUSTER_BIN</c>, beside the silo, or beside the silo's
    /// folder in the artifacts layout (<c>bin/Silo/release</c> and <c>bin/Worker/release</c>).
    /// </summary>
    /// <returns>null when it is nowhere; <paramref name="searched"/> says where it was looked for.</returns>
    public static WorkerCommand? Find(out IReadOnlyList<string> searched)
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var configuration = Path.GetFileName(here);
        var folders = new List<string> { here, Path.GetFullPath(Path.Combine(here, "..", "..", "Worker", configuration)) };
        if (Environment.GetEnvironmentVariable("SEQCLUSTER_BIN") is { Length: > 0 } given)
        {
            folders.Insert(0, given);
        }

        searched = [.. folders.Select(folder => Path.Combine(folder, Assembly))];
        var found = searched.FirstOrDefault(System.IO.File.Exists);
        return found is null ? null : new WorkerCommand(DotnetHost(), [found]);
    }

    // The program that runs this process, or the one that its runtime belongs to: the PATH may hold another version.
    private static string DotnetHost()
    {
        var ours = Environment.ProcessPath;
        if (ours is not null && Path.GetFileNameWithoutExtension(ours) == "dotnet")
        {
            return ours;
        }

        var beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return System.IO.File.Exists(beside) ? beside : "dotnet";
    }
}
