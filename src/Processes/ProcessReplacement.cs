using System.Collections;
using System.Runtime.InteropServices;

namespace SeqCluster.Processes;

/// <summary>Replaces this process's program by itself, with other environment variables: number, parent and open standard streams stay.</summary>
public static partial class ProcessReplacement
{
    private const int SetDescriptorFlags = 2;
    private const string Arguments = "/proc/self/cmdline";

    /// <summary>Begins the same program with the same arguments. Whatever runs in this process ends at once.</summary>
    /// <param name="changes">Environment variables; null removes one.</param>
    /// <param name="descriptors">Open files that the new program has under the same numbers; all others are closed, the standard streams aside.</param>
    /// <exception cref="IOException">The system does not start it; nothing has ended.</exception>
    public static void Begin(IReadOnlyDictionary<string, string?> changes, IReadOnlyList<int> descriptors)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(entry => !changes.ContainsKey((string)entry.Key))
            .Select(entry => $"{entry.Key}={entry.Value}")
            .Concat(changes.Where(change => change.Value is not null).Select(change => $"{change.Key}={change.Value}"));
        foreach (var descriptor in descriptors)
        {
            if (fcntl(descriptor, SetDescriptorFlags, 0) < 0)
            {
                throw Failed($"descriptor {descriptor} cannot be handed on");
            }
        }

        string?[] arguments = [.. File.ReadAllText(Arguments).TrimEnd('\0').Split('\0'), null];
        execve(Environment.ProcessPath!, arguments, [.. variables, null]);
        throw Failed($"{Environment.ProcessPath} cannot be started again");
    }

    private static IOException Failed(string what) => new($"{what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int value);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execve(string path, string?[] arguments, string?[] variables);
}
