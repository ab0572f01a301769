using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace SeqCluster.OrleansConformance;

/// <summary>Methods that return enumerations, and cancellation of calls.</summary>
public sealed class EnumerationTests(EnumerationTests.ImpatientSilo silo) : IClassFixture<EnumerationTests.ImpatientSilo>
{
    /// <summary>The response timeout is also how long an enumeration is kept that nobody asks for.</summary>
    public sealed class ImpatientSilo : SiloFixture
    {
        protected override void Configure(ISiloBuilder silo) =>
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 1)]
    [InlineData(50, 1)]
    [InlineData(1000, 100)]
    [InlineData(1000, 7)]
    public async Task Enumeration_ComesWholeAndInOrder(int count, int batch)
    {
        var numbers = new List<int>();
        await foreach (Node node in New().CountAsync(count).WithBatchSize(batch))
        {
            numbers.Add(node.Number);
        }

        Assert.Equal(count, numbers.Count);
        Assert.True(numbers.Zip(numbers.Skip(1)).All(pair => pair.First <= pair.Second));
    }

    [Fact]
    public async Task FailureInside_ComesAfterTheElementsBeforeIt()
    {
        var numbers = new List<int>();
        InvalidDataException failure = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (int number in New().FailAfterAsync(3))
            {
                numbers.Add(number);
            }
        });
        Assert.Equal("No more.", failure.Message);
        Assert.Equal([0, 1, 2], numbers);
    }

    [Fact]
    public async Task LeavingTheLoop_DisposesInTheGrain()
    {
        string probe = Guid.NewGuid().ToString();
        await foreach (int number in New().ForeverAsync(probe))
        {
            Assert.Equal(1, number);
            break;
        }

        Assert.Equal("disposed", await Probe.Of(probe).NextAsync("the enumeration is disposed"));
    }

    [Fact]
    public async Task Cancellation_EndsTheEnumerationInTheGrain()
    {
        string probe = Guid.NewGuid().ToString();
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (int number in New().ForeverAsync(probe).WithCancellation(cancellation.Token))
            {
                cancellation.Cancel();
            }
        });
        Assert.Equal("disposed", await Probe.Of(probe).NextAsync("the enumeration is disposed"));
    }

    [Fact]
    public async Task Deactivation_AbortsTheEnumeration()
    {
        IEnumerationGrain grain = New();
        await using IAsyncEnumerator<Node> numbers = grain.CountAsync(1000).WithBatchSize(1).GetAsyncEnumerator();
        Assert.True(await numbers.MoveNextAsync());
        await grain.EndAsync();
        await Assert.ThrowsAsync<EnumerationAbortedException>(async () => await numbers.MoveNextAsync());
    }

    [Fact]
    public async Task EnumerationThatNobodyAsksFor_Expires()
    {
        string probe = Guid.NewGuid().ToString();
        await using IAsyncEnumerator<int> numbers = New().ForeverAsync(probe).WithBatchSize(1).GetAsyncEnumerator();
        Assert.True(await numbers.MoveNextAsync());
        Assert.Equal("disposed", await Probe.Of(probe).NextAsync("the enumeration is disposed"));
        await Assert.ThrowsAsync<EnumerationAbortedException>(async () => await numbers.MoveNextAsync());
    }

    [Fact]
    public async Task CancelledCall_EndsAtBothEnds()
    {
        string probe = Guid.NewGuid().ToString();
        using var cancellation = new CancellationTokenSource();
        Task<string> call = New().WaitForCancellationAsync(probe, cancellation.Token);
        Assert.Equal("entered", await Probe.Of(probe).NextAsync("the call begins"));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Within("the caller goes on"));
        Assert.Equal("cancelled", await Probe.Of(probe).NextAsync("the callee hears of it"));
    }

    [Fact]
    public async Task Call_WithACancelledToken_Fails() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        () => New().WaitForCancellationAsync(Guid.NewGuid().ToString(), new CancellationToken(canceled: true)).Within("the call ends"));

    private IEnumerationGrain New() => silo.Grains.GetGrain<IEnumerationGrain>(Guid.NewGuid().ToString());
}
