using SeqCluster.Client.Commands;
using SeqCluster.Client.Datasets;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Sdk;
using SeqCluster.Client.Silos;
using SeqCluster.Client.Watching;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Client.Running;

/// <summary>
/// One job on a silo and workers of its own, from the file to a sample of what it makes. Whatever happens, they end with it.
/// The silo comes up while the data is prepared.
/// </summary>
internal sealed class LocalRun(JobInput input, RunOptions options, ClientEnvironment environment)
{
    private const int SampleTokens = 300;
    private const double SampleSeconds = 2;
    private static readonly TimeSpan WorkersTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WorkersInterval = TimeSpan.FromMilliseconds(50);

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var store = HomeFolder.Of(environment).CreateRunFolder(environment.Time);
        var workers = options.Workers ?? DefaultWorkers(input.Spec);
        await using var silo = SiloProcess.Start(environment, store, workers, options.AllowedAssemblies);
        using var interruption = new RunInterruption(silo, environment.Error);
        using var interrupts = environment.Interrupts.Handle(interruption.Interrupt);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(interruption.Ending, cancellation);
        try
        {
            var dataset = await Preparation.PrepareAsync(input.ToPreparation(), environment, ending.Token);
            using var client = new SeqClusterClient(await silo.ReadyAsync(ending.Token), environment.Time);
            await WaitForWorkersAsync(client, silo, workers, ending.Token);
            var job = await client.SubmitAsync(input.ToSubmission(dataset), ending.Token);
            interruption.Submitted(client, job.JobId);
            var progress = await WatchAsync(client, silo, job.JobId, ending.Token);
            interruption.Finished();
            var exitCode = FinalReport.Print(progress, options.Json, environment.Output);
            if (progress.Status is { State: JobState.Completed, Result: { } result } && !options.Json)
            {
                await PrintSampleAsync(result.Checkpoint, dataset.Manifest, store, ending.Token);
            }

            return interruption.WasInterrupted ? ExitCodes.Interrupted : exitCode;
        }
        catch (Exception) when (interruption.WasInterrupted)
        {
            return ExitCodes.Interrupted;
        }
    }

    // A line's beginning, or what the text has instead: the model knows only symbols that it was trained with.
    private static string PromptOf(DatasetManifest manifest) => manifest.Data.Tokenizer?.Vocabulary switch
    {
        null or "" => "\n",
        var vocabulary when vocabulary.Contains('\n') => "\n",
        var vocabulary => vocabulary.EnumerateRunes().First().ToString(),
    };

    // A worker is one process of so many threads; more of them than processors only take turns.
    private static int DefaultWorkers(JobSpec spec) => Math.Clamp(
        Environment.ProcessorCount / spec.Train.Threads, spec.Workers.Min, spec.Workers.Max);

    // The job takes what is free when it is submitted: all of them shall be.
    private async Task WaitForWorkersAsync(SeqClusterClient client, SiloProcess silo, int workers, CancellationToken cancellation)
    {
        var started = environment.Time.GetTimestamp();
        int present;
        while ((present = (await client.GetWorkersAsync(cancellation)).Count) < workers)
        {
            if (silo.Exited.IsCompleted || environment.Time.GetElapsedTime(started) > WorkersTimeout)
            {
                throw silo.Failed($"{present} of {workers} workers came up (their logs: {Path.Combine(silo.Store, "workers")})");
            }

            await Task.Delay(WorkersInterval, environment.Time, cancellation);
        }
    }

    private async Task<JobProgress> WatchAsync(SeqClusterClient client, SiloProcess silo, string jobId, CancellationToken cancellation)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = JobWatcher.WatchAsync(client, jobId, options.Json, options.Plain, environment, stopping.Token);
        if (await Task.WhenAny(watching, silo.Exited) != watching)
        {
            // Its own silo does not come back: nobody waits for it.
            await stopping.CancelAsync();
            await watching.ContinueWith(static _ => { }, TaskScheduler.Default);
            throw silo.Failed("the silo ended before the job did");
        }

        return await watching;
    }

    // A text on the screen, or a sound beside the checkpoints.
    private async Task PrintSampleAsync(string checkpoint, DatasetManifest manifest, string store, CancellationToken cancellation)
    {
        List<string> allowed = [.. AllowedAssembliesOption.Words(options.AllowedAssemblies, environment)];
        (IEnumerable<string>? arguments, string more) = manifest.Data.Kind switch
        {
            DataKinds.Text => (
                [.. GenerationOptions.ToArguments(checkpoint, PromptOf(manifest), SampleTokens, temperature: 0.8, topK: 0, topP: 1, input.Spec.Seed), .. allowed],
                string.Join(' ', ["--prompt 'public '", .. allowed.Select(ShellWord.Of)])),
            DataKinds.Audio when manifest.Data.FeatureChannels is null => (
                GenerationOptions.ToSound(checkpoint, Path.Combine(store, "sample.wav"), SampleSeconds, manifest.Data.Classes?[0], input.Spec.Seed),
                manifest.Data.Classes is null ? "--out FILE.wav" : $"--out FILE.wav --class {ShellWord.Of(manifest.Data.Classes[^1])}"),
            _ => (null, ""),
        };
        if (arguments is null)
        {
            return;
        }

        environment.Output.WriteLine();
        environment.Output.WriteLine("sample");
        var exitCode = await PassThrough.RunAsync(
            Executables.Of(environment).Find("Worker"), arguments, environment.Output, environment.Error, cancellation);
        if (exitCode == ExitCodes.Done)
        {
            environment.Output.WriteLine();
            environment.Output.WriteLine($"more of it: seqcluster generate --checkpoint {ShellWord.Of(checkpoint)} {more}");
        }
        else
        {
            environment.Error.WriteLine($"no sample: the generator ended with exit code {exitCode}; the job itself is completed");
        }
    }
}
