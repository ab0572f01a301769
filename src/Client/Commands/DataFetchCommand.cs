using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SeqCluster.Client.Datasets;
using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster data fetch NAME</c>.</summary>
internal sealed class DataFetchCommand : Verb
{
    private readonly Argument<string> name = new("NAME")
    {
        Description = $"By the package manager and without root. {string.Join("; ", PackagedData.All.Select(data => $"{data.Name}: {data.Description}"))}.",
    };
    private readonly Option<string> to = new("--to") { Description = "The folder. Default: where the examples look for it.", HelpName = "FOLDER" };

    public DataFetchCommand(ClientEnvironment environment)
        : base(environment, "fetch", "Bring data to train on.", "seqcluster data fetch jargon")
    {
        Arguments.Add(name);
        Options.Add(to);
        name.AcceptOnlyFromAmong([.. PackagedData.All.Select(data => data.Name)]);
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupts = Environment.Interrupts.Handle(stopping.Cancel);
        var data = PackagedData.All.Single(data => data.Name == line.GetRequiredValue(name));
        var folder = line.GetValue(to) is { } named ? Path.GetFullPath(named, Environment.WorkingFolder) : data.DefaultFolder(Environment);
        try
        {
            var (path, bytes, sha256) = await data.FetchAsync(folder, stopping.Token);
            Environment.Output.WriteLine(IsJson(line)
                ? JsonSerializer.Serialize(new { Path = path, Bytes = bytes, Sha256 = sha256 }, JsonView.Options)
                : string.Create(CultureInfo.InvariantCulture, $"{path}  {bytes:#,0} bytes  SHA-256 {sha256}"));
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }
}
