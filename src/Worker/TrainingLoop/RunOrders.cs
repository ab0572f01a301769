using SeqCluster.Collectives;
using SeqCluster.Contracts.Membership;
using SeqCluster.Contracts.Workers;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>
/// What the silo wants of a run, as the engine thread meets it, and the point of no return of a step: under one lock, so that
/// the control side can say at any moment, without the engine, which step is this member's last in a generation.
/// </summary>
internal sealed class RunOrders(Assignment first) : IDisposable
{
    private readonly CancellationTokenSource aborted = new();
    private readonly SemaphoreSlim news = new(0);
    private readonly Lock gate = new();
    private volatile Assignment latest = first;
    private Assignment? entered;
    private CancellationTokenSource interrupted = new();
    private Action<string>? abortGroup;
    private bool isClosed;
    private StateShare held = StateShare.Whole(first.OwnStep());
    private StateShare? prepared;

    /// <summary>Why the run was aborted; empty while it was not.</summary>
    public string AbortReason { get; private set; } = "";

    /// <summary>Whether the run shall end.</summary>
    public bool IsAborted => aborted.IsCancellationRequested;

    /// <summary>Cancelled when the run shall end.</summary>
    public CancellationToken Aborted => aborted.Token;

    /// <summary>Cancelled when the run shall leave the generation that it is in.</summary>
    public CancellationToken Interrupted
    {
        get
        {
            lock (gate)
            {
                return interrupted.Token;
            }
        }
    }

    /// <summary>Whether this member shall stop at a step boundary, and to what end.</summary>
    public Boundary Wish => latest is var word && word.Generation != entered?.Generation ? Boundary.None
        : word.Yields ? Boundary.Yield
        : word.Regroups ? Boundary.Regroup
        : Boundary.None;

    /// <summary>Ends the run soon, whatever it waits for. The first reason stands. Any thread.</summary>
    public void Abort(string reason)
    {
        lock (gate)
        {
            AbortReason = AbortReason.Length > 0 ? AbortReason : reason;
            aborted.Cancel();
            Interrupt(AbortReason);
        }
    }

    /// <summary>Takes the silo's latest word: a later generation, or a wish about the present one. Any thread.</summary>
    /// <returns>When it says to halt: the last step that this member completes, or has completed, in that generation.</returns>
    public HeldStep? Take(Assignment word)
    {
        lock (gate)
        {
            latest = word;
            if (entered is not null && word.Follows(entered))
            {
                Interrupt($"generation {word.Generation} follows");
            }
            else if (word.Halts)
            {
                Interrupt("the silo told it to halt");
            }

            news.Release();
            return word.Halts ? new HeldStep(held, prepared) : null;
        }
    }

    /// <summary>Waits for a generation that was not entered yet, and enters it. Engine thread.</summary>
    /// <exception cref="OperationCanceledException">The run shall end.</exception>
    public Assignment Next()
    {
        while (true)
        {
            if (TryNext() is { } next)
            {
                return next;
            }

            news.Wait(aborted.Token);
        }
    }

    /// <summary>Enters a generation that was not entered yet; null while there is none. Engine thread.</summary>
    /// <exception cref="OperationCanceledException">The run shall end.</exception>
    public Assignment? TryNext()
    {
        lock (gate)
        {
            aborted.Token.ThrowIfCancellationRequested();
            if (entered is not null && !latest.Follows(entered))
            {
                return null;
            }

            entered = latest;

            // As the job settles it (PreparedJob.Settle).
            held = prepared?.Step == latest.StartStep ? prepared : held;
            prepared = null;
            interrupted.Dispose();
            interrupted = new CancellationTokenSource();
            isClosed = false;
            if (latest.Halts)
            {
                Interrupt("the silo told it to halt");
            }

            return latest;
        }
    }

    /// <summary>Ends a group's waits with the generation.</summary>
    /// <param name="abort">Of the group that was joined.</param>
    public void Watch(Action<string> abort)
    {
        lock (gate)
        {
            abortGroup = abort;
            if (isClosed)
            {
                abort("left while joining");
            }
        }
    }

    /// <summary>
    /// The point of no return: all of a step has arrived, and from here on the update runs to its end and the step counts.
    /// </summary>
    /// <exception cref="CollectiveAbortedException">This member has said already that it completes no further step.</exception>
    public void Pass(int step)
    {
        lock (gate)
        {
            if (isClosed)
            {
                throw new CollectiveAbortedException($"told to halt before the update of step {step}");
            }

            held = prepared?.Step == step ? prepared : StateShare.Whole(step);
            prepared = null;
        }
    }

    /// <summary>
    /// All of a step is there, but others have to have it before it may count: what this member holds as soon as it does. Once it has said
    /// that it completes no further step, it prepares none either.
    /// </summary>
    /// <exception cref="CollectiveAbortedException">It has said so.</exception>
    public void Prepare(StateShare share)
    {
        lock (gate)
        {
            if (isClosed)
            {
                throw new CollectiveAbortedException($"told to halt before the update of step {share.Step}");
            }

            prepared = share;
        }
    }

    /// <summary>The state of the step where this member is was brought to it as a whole.</summary>
    public void HoldsAll()
    {
        lock (gate)
        {
            held = StateShare.Whole(held.Step);
        }
    }

    /// <summary>Another member's state was taken over.</summary>
    public void Reached(int step)
    {
        lock (gate)
        {
            held = StateShare.Whole(step);
        }
    }

    /// <summary>No further step of the present generation will be completed.</summary>
    /// <returns>The last one that was, and what of it is here.</returns>
    public HeldStep Close()
    {
        lock (gate)
        {
            abortGroup = null;
            isClosed = true;
            return new HeldStep(held, prepared);
        }
    }

    /// <exception cref="OperationCanceledException">The run shall leave the generation.</exception>
    public void ThrowIfInterrupted() => Interrupted.ThrowIfCancellationRequested();

    public void Dispose()
    {
        aborted.Dispose();
        interrupted.Dispose();
        news.Dispose();
    }

    private void Interrupt(string reason)
    {
        isClosed = true;
        interrupted.Cancel();
        abortGroup?.Invoke(reason);
    }
}

/// <summary>Where a member has stopped.</summary>
/// <param name="Held">The last step that it has completed, and what it holds of the state.</param>
/// <param name="Prepared">The next step, if it is prepared: it counts here when another member has completed it.</param>
internal readonly record struct HeldStep(StateShare Held, StateShare? Prepared)
{
    /// <summary>The last completed step.</summary>
    public int Step => Held.Step;

    /// <summary>Both, for a report.</summary>
    public IReadOnlyList<StateShare> Shares => Prepared is null ? [Held] : [Held, Prepared];
}

/// <summary>Why members stop together at a step boundary. Of several wishes the greatest counts.</summary>
internal enum Boundary : byte
{
    /// <summary>They do not.</summary>
    None,

    /// <summary>The next generation has other members.</summary>
    Regroup,

    /// <summary>The job leaves its workers, with a checkpoint.</summary>
    Yield,
}
