using SeqCluster.Contracts.Jobs;
using SeqCluster.JobFiles;
using SeqCluster.Models;
using SeqCluster.Silo.Hosting;

namespace SeqCluster.GrainClient.Tests;

/// <summary>A silo in this process, without workers, with a text to train on.</summary>
public sealed class ClientSilo : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("seqcluster-client-");

    public SiloHost Host { get; private set; } = null!;

    public T Get<T>()
        where T : notnull => (T)Host.Services.GetService(typeof(T))!;

    public JobSubmission Submission(params string[] overrides) => new()
    {
        Name = "client.yaml",
        File = "model: {kind: transformer-lm, block: 16}\ndata: {path: text.txt}\ntrain: {steps: 3}\nworkers: {max: 2, replicas: 3}",
        Overrides = overrides,
        DataFolder = folder.FullName,
    };

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "text.txt"), string.Concat(Enumerable.Repeat("to be or not to be ", 50)));
        Host = await SiloHost.Start(
            new SiloOptions { Store = Path.Combine(folder.FullName, "store") },
            [.. ModelCatalog.Settings.Select(model => new ModelSettings(model.Kind, model.Settings, model.DataKinds))]);
    }

    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
