using System.Diagnostics;

namespace SeqCluster.Hosts.Tests;

/// <summary>Short commands of the system.</summary>
internal static class Shell
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>Runs one.</summary>
    /// <returns>Whether it succeeded, and what it said.</returns>
    public static (bool Succeeded, string Said) Try(string program, params string[] words)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            return process.WaitForExit(Bound) ? (process.ExitCode == 0, output + error.Result) : (false, $"not done within {Bound.TotalSeconds} s");
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            return (false, fault.Message);
        }
    }

    /// <summary>Runs one that must succeed.</summary>
    /// <exception cref="InvalidOperationException">It does not.</exception>
    public static string Run(string program, params string[] words)
    {
        var (succeeded, said) = Try(program, words);
        return succeeded ? said : throw new InvalidOperationException($"{program} {string.Join(' ', words)}: {said}");
    }

    /// <summary>Runs lines of <c>ip</c>, in a namespace or in this one.</summary>
    public static void Ip(string? space, params string[] lines)
    {
        foreach (var line in lines)
        {
            Run("ip", [.. space is null ? Array.Empty<string>() : ["-n", space], .. line.Split(' ')]);
        }
    }
}
