namespace Orleans.Runtime;

/// <summary>A timer of an activation; it ends with it.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Starts the timer anew with these times; from inside a tick it counts from the tick's end.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}
