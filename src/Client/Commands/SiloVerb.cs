using System.CommandLine;
using System.Text.Json;
using SeqCluster.Client.Sdk;
using SeqCluster.Client.Silos;

namespace SeqCluster.Client.Commands;

/// <summary>A verb that talks to a silo which is already there.</summary>
internal abstract class SiloVerb : Verb
{
    private readonly SiloLocator locator;

    protected SiloVerb(ClientEnvironment environment, string name, string description, string example)
        : base(environment, name, description, example) => locator = new SiloLocator(this);

    protected abstract Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation);

    protected sealed override async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        using var client = new SeqClusterClient(locator.Find(line, Environment), Environment.Time);
        return await RunAsync(line, client, cancellation);
    }

    /// <summary>One line of JSON in the API's own form.</summary>
    protected void WriteJson<T>(T value)
    {
        Environment.Output.WriteLine(JsonSerializer.Serialize(value, ApiJson.Options));
        Environment.Output.Flush();
    }

    protected static Argument<string> JobArgument() => new("JOB") { Description = "The job's id, as 'seqcluster jobs' lists it." };
}
