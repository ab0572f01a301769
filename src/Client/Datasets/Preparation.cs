using System.Globalization;
using SeqCluster.Client.Installation;
using SeqCluster.Data.Preparation;

namespace SeqCluster.Client.Datasets;

/// <summary>Prepares a dataset in the home folder, with a bar where a person watches.</summary>
internal static class Preparation
{
    /// <exception cref="PreparationFault">With every fault.</exception>
    public static Task<PreparedDataset> PrepareAsync(TextPreparationOptions options, ClientEnvironment environment, CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                using var bar = new Bar(environment);
                return TextPreparation.Prepare(HomeFolder.Of(environment).Datasets, options, bar, cancellation);
            },
            cancellation);

    /// <summary>Draws on stderr, so that the result stays alone on stdout; text that is prepared at once gets no bar.</summary>
    private sealed class Bar(ClientEnvironment environment) : IProgress<double>, IDisposable
    {
        private const int Width = 30;
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

        private readonly bool isShown = environment.ErrorIsTerminal;
        private long last = environment.Time.GetTimestamp();
        private bool isDrawn;

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
                CultureInfo.InvariantCulture, $"\rpreparing data {new string('━', filled)}{new string('─', Width - filled)} {value * 100,3:0} %"));
        }

        public void Dispose()
        {
            if (isDrawn)
            {
                environment.Error.Write($"\r{new string(' ', Width + 25)}\r");
            }
        }
    }
}
