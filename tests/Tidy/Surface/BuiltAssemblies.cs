using System.Reflection;

namespace SeqCluster.Tidy.Tests.Surface;

/// <summary>Where the assemblies of this build lie: beside the test's own output, in the same configuration.</summary>
internal static class BuiltAssemblies
{
    /// <summary>What this build stands on.</summary>
    public static string Substrate { get; } =
        typeof(BuiltAssemblies).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "Substrate").Value!;

    /// <summary>The file that a project was built to.</summary>
    /// <param name="project">The project's path in the repository.</param>
    public static string Of(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var name = Path.GetFileNameWithoutExtension(project);
        var file = Path.Combine(output.Parent!.Parent!.FullName, name, output.Name, $"SeqCluster.{name}.dll");
        return File.Exists(file) ? file : throw new FileNotFoundException($"{project}: not built at {file}; build the solution first", file);
    }

    /// <summary>The projects below one of the folders.</summary>
    public static IEnumerable<string> ProjectsUnder(params string[] folders) =>
        Repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) && new SourceFile(file, string.Empty).IsUnder(folders));
}
