using SeqCluster.Simulation.Tests.Kernel;

namespace SeqCluster.Simulation.Tests.Workers;

/// <summary>
/// Where frames lie until somebody wants them: one for each process, whatever generation they are of, as memory that peers write to.
/// What is too late for its generation may still arrive; that it is not taken is the reader's rule.
/// </summary>
internal sealed class Mailbox
{
    private readonly List<Frame> frames = [];

    public Pulse Changed { get; } = new();

    public void Put(Frame frame)
    {
        frames.Add(frame);
        Changed.Beat();
    }

    /// <summary>The first frame of a kind, taken out; null while there is none.</summary>
    public Frame? Take(Predicate<Frame> isWanted)
    {
        int index = frames.FindIndex(isWanted);
        if (index < 0)
        {
            return null;
        }

        Frame found = frames[index];
        frames.RemoveAt(index);
        return found;
    }

    /// <summary>Forgets what is of no use any more; what comes later stays until the next call.</summary>
    public void DropUpTo(int attempt, int generation) =>
        frames.RemoveAll(frame => (frame.Attempt, frame.Generation).CompareTo((attempt, generation)) < 0);
}
