using System.Diagnostics;

namespace SeqCluster.Worker.Tests.Checkpointing;

/// <summary>A test that mounts a file system of its own; skipped, with the reason, where this process may not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    private static readonly string? NotBecause = Try();

    public MountFactAttribute() => Skip = NotBecause ?? new TorchFactAttribute().Skip;

    /// <summary>Runs a command of the system; null when it did what it should, else what it said.</summary>
    internal static string? Command(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{program} {string.Join(' ', words)}: {said.Trim()}";
    }

    private static string? Try()
    {
        var folder = Directory.CreateTempSubdirectory("seqcluster-mount-").FullName;
        try
        {
            return Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder) ?? Command("umount", folder);
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            return $"mount: {fault.Message}";
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
