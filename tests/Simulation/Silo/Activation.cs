using SeqCluster.Simulation.Tests.Kernel;

namespace SeqCluster.Simulation.Tests.Silo;

/// <summary>
/// A grain in memory: one turn at a time, timers that are turns too, and a state that it reads when it begins and writes with its
/// version. After a failed write it ends, and the calls that wait go to the next one: as Orleans does it.
/// </summary>
internal abstract class Activation(SimulatedSilo silo, string key)
{
    private readonly Queue<Func<Activation, Task>> turns = new();
    private bool isBusy;
    private bool isEnding;
    private int timerRound;

    protected SimulatedSilo Silo { get; } = silo;

    protected string Key { get; } = key;

    protected DateTimeOffset Now => Silo.Simulator.Time.GetUtcNow();

    private Life Life => Silo.Life;

    /// <summary>Queues a turn.</summary>
    public void Enqueue(Func<Activation, Task> turn)
    {
        turns.Enqueue(turn);
        if (!isBusy)
        {
            isBusy = true;
            Life.Spawn(TakeTurns);
        }
    }

    /// <summary>Reads the stored state and sets timers.</summary>
    public abstract void Activate();

    /// <summary>Ends after the present turn.</summary>
    protected void DeactivateOnIdle() => isEnding = true;

    protected async Task<int> Write(object state, int version)
    {
        try
        {
            return await Silo.Store.Write(Life, Key, state, version);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>Sets the one timer; no period stops it.</summary>
    protected void SetTimer(TimeSpan? period, Func<Task> tick)
    {
        int round = ++timerRound;
        if (period is { } every)
        {
            Life.After(every, () => Enqueue(async _ =>
            {
                if (round != timerRound || isEnding)
                {
                    return;
                }

                try
                {
                    await tick();
                }
                catch (Exception fault) when (fault is IOException or StaleWriteException)
                {
                    // The runtime logs it; the next tick comes.
                }

                if (round == timerRound && !isEnding)
                {
                    SetTimer(every, tick);
                }
            }));
        }
    }

    private async Task TakeTurns()
    {
        while (turns.TryDequeue(out Func<Activation, Task>? turn))
        {
            await turn(this);
            if (isEnding)
            {
                timerRound++;
                Silo.Forget(Key, this);
                while (turns.TryDequeue(out Func<Activation, Task>? waiting))
                {
                    Silo.Forward(Key, waiting);
                }
            }
        }

        isBusy = false;
    }
}
