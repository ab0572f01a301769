using System.Diagnostics;

namespace SeqCluster.Worker.TrainingLoop;

/// <summary>Where the time of a step goes. Laps follow each other without gaps, so their sum is the step's time.</summary>
internal sealed class StepClock
{
    private long last = Stopwatch.GetTimestamp();

    public double DataMs { get; private set; }

    public double ForwardMs { get; private set; }

    public double BackwardMs { get; private set; }

    public double ExchangeMs { get; private set; }

    public double TotalMs => ComputeMs + ExchangeMs;

    /// <summary>What does not depend on other members.</summary>
    public double ComputeMs => DataMs + ForwardMs + BackwardMs;

    public void Start()
    {
        last = Stopwatch.GetTimestamp();
        DataMs = ForwardMs = BackwardMs = ExchangeMs = 0;
    }

    public void EndData() => DataMs += Lap();

    public void EndForward() => ForwardMs += Lap();

    public void EndBackward() => BackwardMs += Lap();

    public void EndExchange() => ExchangeMs += Lap();

    private double Lap()
    {
        var now = Stopwatch.GetTimestamp();
        var lap = Stopwatch.GetElapsedTime(last, now).TotalMilliseconds;
        last = now;
        return lap;
    }
}
