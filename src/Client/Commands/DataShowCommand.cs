using System.CommandLine;
using System.Text.Json;
using SeqCluster.Client.Datasets;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Watching;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster data show</c>: what is in a prepared dataset.</summary>
internal sealed class DataShowCommand : Verb
{
    private const int SamplesMaximum = 10_000;

    private readonly Argument<string> dataset = new("DATASET")
    {
        Description = "The beginning of its name, as 'seqcluster data list' has it; or its folder; or a job file, whose data is prepared unless it is there.",
    };

    private readonly Option<string[]> set = JobInput.SetOption();
    private readonly Option<int> samples = new("--samples") { Description = $"Show at most so many samples of each part. From 0 to {SamplesMaximum}.", DefaultValueFactory = _ => 2 };

    public DataShowCommand(ClientEnvironment environment)
        : base(environment, "show", "Verify a prepared dataset, and show what is in it: sizes, hashes, vocabulary, lengths, some samples.", "seqcluster data show examples/reverse.yaml --samples 3")
    {
        Arguments.Add(dataset);
        Options.Add(set);
        Options.Add(samples);
        samples.Require(value => value is >= 0 and <= SamplesMaximum, $"must be from 0 to {SamplesMaximum}");
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        try
        {
            var report = await ReportAsync(line.GetRequiredValue(dataset), line, cancellation);
            if (IsJson(line))
            {
                Environment.Output.WriteLine(JsonSerializer.Serialize(report, JsonView.Options));
            }
            else
            {
                DatasetReportText.Write(report, Environment.Output);
            }

            return ExitCodes.Done;
        }
        catch (InvalidDataException fault)
        {
            throw new WrongInputException(fault.Message);
        }
    }

    private async Task<DatasetReport> ReportAsync(string named, ParseResult line, CancellationToken cancellation)
    {
        var (count, overrides) = (line.GetValue(samples), line.GetRequiredValue(set));
        var path = Path.GetFullPath(named, Environment.WorkingFolder);
        var there = DatasetFinder.At(path);
        if (there is null && File.Exists(path))
        {
            var job = JobInput.Read(named, overrides, Environment);
            var request = job.ToPreparation();
            var prepared = await Preparation.PrepareAsync(request, Environment, cancellation);
            var (train, workers) = (job.Spec.Train, job.Spec.Workers);
            var options = new SamplingOptions(train.Sampling, train.MicroBatch, workers.Replicas, job.Spec.Seed, train.MicroBatchTokens);
            return DatasetReport.Of(prepared, count, options, request.Block);
        }

        if (overrides.Length > 0)
        {
            throw new WrongInputException($"--set lays values over a job file, and {named} is none");
        }

        return DatasetReport.Of(there ?? DatasetFinder.Named(named, HomeFolder.Of(Environment).Datasets), count, options: null, block: null);
    }
}
