using System.Diagnostics;
using System.Globalization;

namespace SeqCluster.Bench.Collectives;

/// <summary>The processes of one engine of the comparison. Each says a port and is told all ports; then they time what they are told to.</summary>
internal sealed class AllReduceEngine : IDisposable
{
    /// <summary>Ours first: those over shared memory, then TCP; then the peers.</summary>
    public static readonly IReadOnlyList<string> Names = ["in-place", "copying", "tcp", "gloo", "mpi-shm", "mpi-tcp"];

    private const string GlooScript = "Collectives/gloo_peer.py";
    private const string MpiSource = "Collectives/mpi_peer.c";
    private const string MpiCompiler = "/usr/bin/mpicc";
    private const string MpiLauncher = "/usr/bin/mpirun";
    private const string Python = "/usr/bin/python3";

    private readonly Process[] processes;

    private AllReduceEngine(string name, Process[] processes)
    {
        Name = name;
        this.processes = processes;
        var addresses = string.Join(' ', processes.Select(Hear));
        foreach (var process in processes)
            process.StandardInput.WriteLine(addresses);
    }

    public string Name { get; }

    /// <summary>Starts the engines that can be run here, and tells of each that cannot.</summary>
    public static IReadOnlyList<AllReduceEngine> Start(IEnumerable<string> names, int workers, Action<string> skip)
    {
        var engines = new List<AllReduceEngine>();
        foreach (var name in names)
        {
            if (Missing(name) is { } missing)
                skip($"{name}: {missing}");
            else
                engines.Add(new AllReduceEngine(name, StartAll(name, workers)));
        }
        return engines;
    }

    /// <summary>Median microseconds of one call in the slowest process.</summary>
    public double Time(string command)
    {
        foreach (var process in processes)
            process.StandardInput.WriteLine(command);
        return processes.Max(process => double.Parse(Hear(process), CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        foreach (var process in processes)
        {
            process.StandardInput.Close();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private static string? Missing(string name) => name switch
    {
        "gloo" => File.Exists(Python) ? null : $"{Python} is not there (apt install python3-torch)",
        "mpi-shm" or "mpi-tcp" => File.Exists(MpiCompiler) && File.Exists(MpiLauncher)
            ? null
            : $"{MpiCompiler} is not there (apt install openmpi-bin libopenmpi-dev)",
        _ => null,
    };

    private static Process[] StartAll(string name, int workers)
    {
        if (name is "mpi-shm" or "mpi-tcp")
            return [Start(MpiLauncher, MpiArguments(name == "mpi-shm" ? "vader" : "tcp", workers))];
        return [.. Enumerable.Range(0, workers).Select(rank => name == "gloo"
            ? Start(Python, [Path.Combine(AppContext.BaseDirectory, GlooScript), $"{rank}", $"{workers}"])
            : Start(Environment.ProcessPath!, [.. HostArguments(), "all-reduce", "member", name, $"{rank}", $"{workers}"]))];
    }

    private static Process Start(string file, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    // ob1 takes the transports by name; without it Open MPI may choose one of its own.
    private static string[] MpiArguments(string transport, int workers) =>
    [
        "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-np", $"{workers}",
        "--mca", "pml", "ob1", "--mca", "btl", $"self,{transport}", CompiledPeer(),
    ];

    private static string CompiledPeer()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "mpi_peer");
        if (File.Exists(program))
            return program;
        using var compiler = Process.Start(MpiCompiler, ["-O2", "-o", program, Path.Combine(AppContext.BaseDirectory, MpiSource)])!;
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? program : throw new InvalidOperationException($"{MpiCompiler} could not compile {MpiSource}");
    }

    private static string Hear(Process process) =>
        process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{process.StartInfo.FileName} ended before it answered");

    /// <summary>What comes between <c>dotnet</c> and the arguments when this is not an executable of its own.</summary>
    private static IEnumerable<string> HostArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? ["exec", Environment.GetCommandLineArgs()[0]] : [];
}
