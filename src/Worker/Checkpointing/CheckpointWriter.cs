namespace SeqCluster.Worker.Checkpointing;

/// <summary>
/// Writes one checkpoint at a time while training goes on: from a copy of the state that is taken at the step's boundary, on a
/// thread of its own. Outlives generations. Knows neither files nor formats. Engine thread, but for what it runs.
/// </summary>
internal sealed class CheckpointWriter(TrainingState state) : IDisposable
{
    /// <summary>How often who waits is asked whether it still may.</summary>
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(50);

    private float[][]? copy;
    private Task writing = Task.CompletedTask;

    /// <summary>The step of the one that was begun last; 0 for none.</summary>
    public int Step { get; private set; }

    /// <summary>Whether it is still being written.</summary>
    public bool IsBusy => !writing.IsCompleted;

    /// <summary>Copies the state, and returns; nothing else may be under way. The copy's memory is kept for the next one.</summary>
    /// <param name="step">What the state is of.</param>
    /// <param name="write">Writes such buffers; tells itself what goes wrong with the disk.</param>
    public void Begin(int step, Action<IReadOnlyList<float[]>> write)
    {
        if (IsBusy)
        {
            throw new InvalidOperationException($"the checkpoint of step {step} while that of step {Step} is being written");
        }

        copy ??= [.. state.Buffers.Select(buffer => GC.AllocateUninitializedArray<float>(buffer.Length))];
        foreach (var (from, to) in state.Buffers.Zip(copy))
        {
            from.CopyTo(to, 0);
        }

        Step = step;
        var taken = copy;
        writing = Task.Factory.StartNew(() => write(taken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Returns when nothing is being written.</summary>
    /// <param name="goOn">Called meanwhile, and may end the wait by throwing.</param>
    public void Wait(Action goOn)
    {
        while (Task.WaitAny([writing], Pulse) < 0)
        {
            goOn();
        }

        writing.GetAwaiter().GetResult();
    }

    /// <summary>Whatever was begun is not this run's any more.</summary>
    public void Forget() => Step = 0;

    /// <summary>What is half written is written to its end: another attempt may begin from it.</summary>
    public void Dispose() => Task.WaitAny(writing);
}
