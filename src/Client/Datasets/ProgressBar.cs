using System.Globalization;

namespace SeqCluster.Client.Datasets;

/// <summary>A bar on stderr where a person watches, so that the result stays alone on stdout; what is done at once gets none.</summary>
internal sealed class ProgressBar(string what, ClientEnvironment environment) : IProgress<double>, IDisposable
{
    private const int Width = 30;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly bool isShown = environment.ErrorIsTerminal;
    private long last = environment.Time.GetTimestamp();
    private bool isDrawn;

    /// <summary>The part done, 0 to 1.</summary>
    public void Report(double value)
    {
        if (!isShown || environment.Time.GetElapsedTime(last) < Interval)
        {
            return;
        }

        last = environment.Time.GetTimestamp();
        isDrawn = true;
        var filled = (int)(value * Width);
        environment.Error.Write(string.Create(
            CultureInfo.InvariantCulture, $"\r{what} {new string('━', filled)}{new string('─', Width - filled)} {value * 100,3:0} %"));
    }

    public void Dispose()
    {
        if (isDrawn)
        {
            environment.Error.Write($"\r{new string(' ', what.Length + Width + 10)}\r");
        }
    }
}
