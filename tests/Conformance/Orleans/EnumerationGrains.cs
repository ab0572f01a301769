using System.Runtime.CompilerServices;
using Orleans;

namespace SeqCluster.OrleansConformance;

public interface IEnumerationGrain : IGrainWithStringKey
{
    IAsyncEnumerable<Node> CountAsync(int count, CancellationToken cancellationToken = default);

    IAsyncEnumerable<int> FailAfterAsync(int count);

    IAsyncEnumerable<int> ForeverAsync(string probe, CancellationToken cancellationToken = default);

    Task EndAsync();

    Task<string> WaitForCancellationAsync(string probe, CancellationToken cancellationToken);
}

public class EnumerationGrain : Grain, IEnumerationGrain
{
    public async IAsyncEnumerable<Node> CountAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var node = new Node();
        for (int number = 0; number < count; number++)
        {
            node.Number = number;
            yield return node;
            if (number % 7 == 0)
            {
                await Task.Yield();
            }
        }
    }

    public async IAsyncEnumerable<int> FailAfterAsync(int count)
    {
        for (int number = 0; number < count; number++)
        {
            await Task.Yield();
            yield return number;
        }

        throw new InvalidDataException("No more.");
    }

    public async IAsyncEnumerable<int> ForeverAsync(string probe, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            yield return 1;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        finally
        {
            Probe.Of(probe).Tell("disposed");
        }
    }

    public Task EndAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task<string> WaitForCancellationAsync(string probe, CancellationToken cancellationToken)
    {
        Probe.Of(probe).Tell("entered");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Probe.Of(probe).Tell("cancelled");
            throw;
        }

        return "never";
    }
}
