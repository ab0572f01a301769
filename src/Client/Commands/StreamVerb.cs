using System.CommandLine;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Commands;

/// <summary>A verb that prints what a job tells over time: what there is, or with <c>--follow</c> until the job ends.</summary>
internal abstract class StreamVerb<T> : SiloVerb
{
    private readonly Argument<string> job = JobArgument();
    private readonly Option<bool> follow = new("--follow", "-f") { Description = "Go on until the job has ended." };

    protected StreamVerb(ClientEnvironment environment, string name, string description, string example)
        : base(environment, name, description, example)
    {
        Arguments.Add(job);
        Options.Add(follow);
    }

    protected abstract Task<IReadOnlyList<T>> ReadAsync(SeqClusterClient client, string jobId, CancellationToken cancellation);

    protected abstract IAsyncEnumerable<T> FollowAsync(SeqClusterClient client, string jobId, CancellationToken cancellation);

    protected abstract string Text(T item);

    protected sealed override async Task<int> RunAsync(ParseResult line, SeqClusterClient client, CancellationToken cancellation)
    {
        var (jobId, json) = (line.GetRequiredValue(job), IsJson(line));
        var items = line.GetValue(follow)
            ? FollowAsync(client, jobId, cancellation)
            : (await ReadAsync(client, jobId, cancellation)).ToAsyncEnumerable();
        await foreach (var item in items.WithCancellation(cancellation))
        {
            if (json)
            {
                WriteJson(item);
            }
            else
            {
                Environment.Output.WriteLine(Text(item));
                Environment.Output.Flush();
            }
        }

        return ExitCodes.Done;
    }
}
