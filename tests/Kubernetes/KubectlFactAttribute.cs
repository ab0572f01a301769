using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace SeqCluster.Kubernetes.Tests;

/// <summary>A test that needs <c>kubectl</c> 1.27 or newer, whose kustomize knows all that the overlays use; skipped by name without.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KubectlFactAttribute : FactAttribute
{
    private static readonly Version Least = new(1, 27);
    private static readonly string? Missing = FindMissing();

    public KubectlFactAttribute() => Skip = Missing;

    private static string? FindMissing()
    {
        try
        {
            using var kubectl = Process.Start(
                new ProcessStartInfo("kubectl", ["version", "--client", "--output=json"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            using var said = JsonDocument.Parse(kubectl.StandardOutput.ReadToEnd());
            kubectl.WaitForExit();
            var text = said.RootElement.GetProperty("clientVersion").GetProperty("gitVersion").GetString()!;
            return Version.TryParse(text.TrimStart('v').Split('-', '+')[0], out var version) && version >= Least ? null : $"kubectl is {text}, not {Least} or newer";
        }
        catch (Exception fault) when (fault is Win32Exception or JsonException or KeyNotFoundException)
        {
            return $"no kubectl {Least} or newer: {fault.Message}";
        }
    }
}
