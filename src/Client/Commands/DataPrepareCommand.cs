using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SeqCluster.Client.Datasets;
using SeqCluster.Client.Watching;
using SeqCluster.Data.Preparation;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster data prepare</c>: what <c>run</c> and <c>submit</c> do by themselves, done ahead.</summary>
internal sealed class DataPrepareCommand : Verb
{
    private readonly Argument<string?> file = new("FILE") { Description = "A job file: its data is prepared.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> set = JobInput.SetOption();
    private readonly Option<string[]> path = new("--path")
    {
        Description = "Files, folders or patterns, instead of a job file. May be repeated.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> tokenizer = new("--tokenizer") { Description = "With --path.", DefaultValueFactory = _ => "char" };
    private readonly Option<double> validation = new("--validation-fraction")
    {
        Description = "With --path: the last part of the text, held out. From 0 to 0.5.",
        DefaultValueFactory = _ => 0.1,
    };

    public DataPrepareCommand(ClientEnvironment environment)
        : base(environment, "prepare", "Prepare text into a dataset in the home folder.", "seqcluster data prepare --path books/*.txt")
    {
        Arguments.Add(file);
        Options.Add(set);
        Options.Add(path);
        Options.Add(tokenizer);
        Options.Add(validation);
        tokenizer.AcceptOnlyFromAmong("char", "byte");
        validation.Require(value => value is >= 0 and <= 0.5, "must be from 0 to 0.5");
        Validators.Add(line =>
        {
            if ((line.GetValue(file) is null) == (line.GetValue(path) is null or []))
            {
                line.AddError("data prepare: needs either a job FILE or --path");
            }
        });
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var request = line.GetValue(file) is { } job
            ? JobInput.Read(job, line.GetRequiredValue(set), Environment).ToPreparation()
            : new PreparationRequest(DataCatalog.DefaultKind, JsonSerializer.Serialize(SettingsOf(line), JsonSerializerOptions.Web), Environment.WorkingFolder);
        var dataset = await Preparation.PrepareAsync(request, Environment, cancellation);
        var summary = DatasetSummary.Of(dataset);
        Environment.Output.WriteLine(IsJson(line)
            ? JsonSerializer.Serialize(summary, JsonView.Options)
            : string.Create(CultureInfo.InvariantCulture, $"""
                dataset         {summary.Sha256}
                folder          {summary.Folder}
                training        {DatasetSummary.Amount(summary.TrainTokens, summary.TrainExamples)}
                validation      {DatasetSummary.Amount(summary.ValidationTokens, summary.ValidationExamples)}
                tokenizer       {summary.Tokenizer ?? "none"}, {summary.VocabularySize:#,0} different tokens
                sources         {summary.Sources:#,0} files
                """));
        return ExitCodes.Done;
    }

    private TextSettings SettingsOf(ParseResult line) => new()
    {
        Path = [.. line.GetRequiredValue(path)],
        Tokenizer = line.GetRequiredValue(tokenizer),
        ValidationFraction = line.GetRequiredValue(validation),
    };
}
