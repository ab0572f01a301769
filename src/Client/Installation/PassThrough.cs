using System.Diagnostics;
using System.Text;

namespace SeqCluster.Client.Installation;

/// <summary>Runs a program whose output is the verb's own: characters are passed on as they come.</summary>
internal static class PassThrough
{
    private const int BufferLength = 1_024;

    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(
        ProcessStartInfo program, IEnumerable<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        foreach (var argument in arguments)
        {
            program.ArgumentList.Add(argument);
        }

        program.RedirectStandardOutput = true;
        program.RedirectStandardError = true;
        program.StandardOutputEncoding = Encoding.UTF8;
        program.StandardErrorEncoding = Encoding.UTF8;
        using var process = Process.Start(program) ?? throw new IOException($"{program.FileName} did not start");
        using var ending = cancellation.Register(() => Kill(process));
        await Task.WhenAll(CopyAsync(process.StandardOutput, output), CopyAsync(process.StandardError, error));
        await process.WaitForExitAsync(CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode;
    }

    private static async Task CopyAsync(StreamReader from, TextWriter to)
    {
        var buffer = new char[BufferLength];
        for (int count; (count = await from.ReadAsync(buffer)) > 0;)
        {
            await to.WriteAsync(buffer.AsMemory(0, count));
            await to.FlushAsync();
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
