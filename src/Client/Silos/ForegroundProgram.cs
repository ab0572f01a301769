using System.Diagnostics;

namespace SeqCluster.Client.Silos;

/// <summary>A program that a verb runs until it ends or Ctrl-C comes: the first asks it to stop, the second kills it.</summary>
internal static class ForegroundProgram
{
    /// <returns>The exit code of the verb.</returns>
    public static async Task<int> RunAsync(
        ClientEnvironment environment, ProcessStartInfo program, IEnumerable<string> words, Action<string> onOutput, string stopping)
    {
        var interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var process = ChildProcess.Start(program, words, onOutput, environment.Error.WriteLine, environment.Time);
        using var interrupts = environment.Interrupts.Handle(() =>
        {
            if (!interrupted.TrySetResult())
            {
                process.KillNow();
            }
        });
        await Task.WhenAny(process.Exited, interrupted.Task);
        if (!interrupted.Task.IsCompleted)
        {
            return process.ExitCode;
        }

        environment.Error.WriteLine(stopping);
        return ExitCodes.Interrupted;
    }
}
