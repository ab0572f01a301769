using System.CommandLine;
using System.Text.Json;
using SeqCluster.JobFiles;

namespace SeqCluster.Client.Commands;

/// <summary><c>seqcluster schema</c>: the job file's JSON Schema. It is JSON with or without <c>--json</c>.</summary>
internal sealed class SchemaCommand(ClientEnvironment environment)
    : Verb(environment, "schema", "Print the JSON Schema of job files, for editors.", "seqcluster schema > job.schema.json")
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    protected override Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var schema = JobSchema.Write(JobInput.Models);
        Environment.Output.WriteLine(IsJson(line) ? schema.ToJsonString() : schema.ToJsonString(Indented));
        return Done();
    }
}
