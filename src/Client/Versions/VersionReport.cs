using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SeqCluster.Client.Versions;

/// <summary>
/// Everything that identifies an installation. Collected without a silo and without loading LibTorch into this process; what
/// only a loaded LibTorch knows (its thread pools, the capability that it chose) the worker program tells.
/// </summary>
/// <param name="Version">The product's version, for example <c>0.1.0</c>.</param>
/// <param name="Commit">The commit that was built, or null when it was not built from a repository.</param>
/// <param name="Substrate">What the build stands on, as <c>eng/Substrate.props</c> resolved it.</param>
/// <param name="Packages">The same for each package, by package id.</param>
/// <param name="Runtime">The .NET runtime, for example <c>.NET 10.0.1</c>.</param>
/// <param name="OperatingSystem">The operating system and its architecture.</param>
/// <param name="Numerics">The numerical libraries that a worker would load, or null when the packages bring their own.</param>
/// <param name="Engine">The same libraries as a worker has them loaded, or null when the worker program is not built.</param>
public sealed record VersionReport(
    string Version,
    string? Commit,
    string Substrate,
    IReadOnlyDictionary<string, string> Packages,
    string Runtime,
    string OperatingSystem,
    NumericalLibraries? Numerics,
    EngineReport? Engine)
{
    private const string SubstrateKey = "Substrate";

    // Only there do the packages bring their own numerical libraries.
    private const string PackagedSubstrate = "nuget";

    /// <summary>The report of the running installation.</summary>
    /// <param name="engine">What the worker program told.</param>
    public static VersionReport Collect(EngineReport? engine = null)
    {
        var assembly = typeof(VersionReport).Assembly;
        var metadata = assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToList();
        var substrate = metadata.Single(entry => entry.Key == SubstrateKey).Value ?? "unknown";
        var packages = metadata
            .Where(entry => entry.Key.StartsWith(SubstrateKey + ":", StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[(SubstrateKey.Length + 1)..], entry => entry.Value ?? "unknown");
        var informational = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', 2);

        return new VersionReport(
            informational[0],
            informational.Length == 2 ? informational[1] : null,
            substrate,
            packages,
            RuntimeInformation.FrameworkDescription,
            $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})",
            substrate == PackagedSubstrate ? null : NumericalLibraries.Find(DynamicLinker.OfThisMachine()),
            engine);
    }

    /// <summary>One JSON object, indented, names in camelCase.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, VersionJson.Default.VersionReport);

    /// <summary>The report as aligned lines for a person.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        var width = Packages.Keys.Select(package => package.Length).Append(0).Max() + 4;
        Line("SeqCluster", Commit is null ? Version : $"{Version}, commit {Commit}");
        Line("substrate", Substrate);
        foreach (var (package, substrate) in Packages.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Line("  " + package, substrate);
        }

        Line("runtime", Runtime);
        Line("system", OperatingSystem);
        if (Numerics is not null)
        {
            Line("LibTorch", Numerics.LibTorchFile is null ? "not found" : $"{Numerics.LibTorchVersion} ({Numerics.LibTorchFile})");
            Line("BLAS", Numerics.BlasFile is null ? "not found" : $"{Numerics.Blas} ({Numerics.BlasFile})");
            Line("CPU", $"{Numerics.CpuCapability}, {Numerics.Processors} processors");
        }

        switch (Engine)
        {
            case { Fault: { } fault }:
                Line("worker", fault);
                break;
            case { } loaded:
                Line("worker", $"LibTorch {loaded.LibTorchVersion}, {loaded.CpuCapability}, threads {loaded.TorchThreads} and {loaded.InteropThreads} between operators");
                Line("worker BLAS", $"{loaded.Blas} {loaded.BlasBuild}".TrimEnd() + (loaded.BlasThreads is { } threads ? $", threads {threads}" : ""));
                break;
        }

        return text.ToString().TrimEnd();

        void Line(string name, string value) => text.Append(name.PadRight(width)).AppendLine(value);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(VersionReport))]
internal sealed partial class VersionJson : JsonSerializerContext;
