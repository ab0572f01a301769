using System.Globalization;
using SeqCluster.Client.Installation;

namespace SeqCluster.Client.Silos;

/// <summary>
/// The name of a worker of this machine: MACHINE-0, MACHINE-1 …, the lowest that no other living one has, so that a worker that
/// is started again is the same one. The lock is the kernel's and goes with the process.
/// </summary>
internal sealed class WorkerName : IDisposable
{
    private const int MostOnOneMachine = 1_024;
    private const int MachineLength = 80;
    private readonly FileStream? held;

    private WorkerName(string text, FileStream? held) => (Text, this.held) = (text, held);

    /// <summary>The name.</summary>
    public string Text { get; }

    /// <summary>Takes the given name as it is, or the lowest free one.</summary>
    public static WorkerName Take(string? given, ClientEnvironment environment)
    {
        if (!string.IsNullOrEmpty(given))
        {
            return new WorkerName(given, held: null);
        }

        var folder = Directory.CreateDirectory(Path.Combine(HomeFolder.Of(environment).Path, "workers")).FullName;
        var machine = string.Concat(System.Environment.MachineName.Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' ? letter : '-').Take(MachineLength));
        for (var number = 0; number < MostOnOneMachine; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{machine}-{number}");
            try
            {
                return new WorkerName(name, new FileStream(Path.Combine(folder, name + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(Path.Combine(folder, name + ".lock")))
            {
                // A living worker has it.
            }
        }

        throw new WrongInputException($"{MostOnOneMachine} workers run here: give another one its name with --id");
    }

    /// <inheritdoc/>
    public void Dispose() => held?.Dispose();
}
