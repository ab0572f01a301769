using SeqCluster.Client.Installation;
using SeqCluster.Data.Preparation;

namespace SeqCluster.Client.Datasets;

/// <summary>Prepares a dataset in the home folder, with a bar where a person watches.</summary>
internal static class Preparation
{
    /// <exception cref="PreparationFault">With every fault.</exception>
    public static Task<PreparedDataset> PrepareAsync(PreparationRequest request, ClientEnvironment environment, CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                using var bar = new ProgressBar("preparing data", environment);
                return DataCatalog.Prepare(HomeFolder.Of(environment).Datasets, request, bar, cancellation);
            },
            cancellation);
}
