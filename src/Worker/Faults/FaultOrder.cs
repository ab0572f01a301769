using System.Globalization;

namespace SeqCluster.Worker.Faults;

/// <summary>
/// What a process shall do to itself at a point of its training, as a line of text: <c>kill backward 120 7</c>. It is done at the
/// seventh arrival at the point in step 120 or later, and once; but <c>tell</c> at each.
/// </summary>
/// <param name="Action">What.</param>
/// <param name="Point">Where.</param>
/// <param name="FromStep">Arrivals count from this step on.</param>
/// <param name="Arrival">From 1.</param>
internal sealed record FaultOrder(FaultAction Action, FaultPoint Point, int FromStep, int Arrival)
{
    /// <summary>The environment variable with the path of the Unix socket at which a worker asks for orders.</summary>
    public const string SocketVariable = "SEQCLUSTER_FAULT_POINTS";

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is no order.</exception>
    public static FaultOrder Parse(string line) =>
        line.Split(' ') is [var action, var point, var step, var arrival]
        && Enum.TryParse<FaultAction>(action, ignoreCase: true, out var what)
        && Enum.TryParse<FaultPoint>(point, ignoreCase: true, out var where)
        && int.TryParse(step, CultureInfo.InvariantCulture, out var fromStep)
        && int.TryParse(arrival, CultureInfo.InvariantCulture, out var number)
            ? new FaultOrder(what, where, fromStep, number)
            : throw new FormatException($"'{line}' is no order: ACTION POINT STEP ARRIVAL");

    /// <summary>The line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Action} {Point} {FromStep} {Arrival}").ToLowerInvariant();
}

/// <summary>What a process can do to itself.</summary>
internal enum FaultAction
{
    /// <summary>Says that it has come there, and goes on.</summary>
    Tell,

    /// <summary>SIGKILL: nothing of it runs any more.</summary>
    Kill,

    /// <summary>SIGSTOP: all its threads stand until somebody sends SIGCONT.</summary>
    Stop,

    /// <summary>Breaks the links to its peers without a word.</summary>
    Cut,

    /// <summary>At <see cref="FaultPoint.Data"/>: reads a sample again where the next one is due.</summary>
    Repeat,

    /// <summary>At <see cref="FaultPoint.Data"/>: leaves a sample out.</summary>
    Skip,

    /// <summary>At <see cref="FaultPoint.Data"/>: reads two samples in each other's place.</summary>
    Swap,
}

/// <summary>Where in its work a process is.</summary>
internal enum FaultPoint
{
    /// <summary>About to meet the other members of a generation.</summary>
    Join,

    /// <summary>At a piece of the state's transfer; the last arrival is when the hash has been compared.</summary>
    Transfer,

    /// <summary>About to read a replica's samples.</summary>
    Data,

    /// <summary>About to compute a replica's loss.</summary>
    Forward,

    /// <summary>In the backward pass: a parameter's gradient is there.</summary>
    Backward,

    /// <summary>The partial sums of a bucket are posted: reduce-scatter.</summary>
    Reduce,

    /// <summary>The own chunk of a bucket is complete: all-gather.</summary>
    Gather,

    /// <summary>A bucket's parameters are updated; those of the others may not be.</summary>
    Update,

    /// <summary>The step is complete on this member.</summary>
    Completed,

    /// <summary>About to evaluate a batch.</summary>
    Evaluation,

    /// <summary>Between the files of a checkpoint, which rank 0 writes; the last arrival is when it is committed.</summary>
    Checkpoint,
}
