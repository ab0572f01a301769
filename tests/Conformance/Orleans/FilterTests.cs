using System.Collections.Concurrent;
using Orleans;
using Orleans.Hosting;

namespace SeqCluster.OrleansConformance;

/// <summary>Filters around calls.</summary>
public sealed class FilterTests(FilterTests.FilteringSilo silo) : IClassFixture<FilterTests.FilteringSilo>
{
    public sealed class FilteringSilo : SiloFixture
    {
        internal static ConcurrentQueue<string> Log { get; } = new();

        protected override void Configure(ISiloBuilder silo) => silo
            .AddIncomingGrainCallFilter<Times100Filter>()
            .AddIncomingGrainCallFilter(new NotingFilter())
            .AddIncomingGrainCallFilter(async context =>
            {
                if (context.Grain is FilteredGrain && context.MethodName == "DoubleAsync")
                {
                    context.Request.SetArgument(0, (int)context.Request.GetArgument(0)! + 1);
                }

                await context.Invoke();
            });
    }

    private sealed class Times100Filter : IIncomingGrainCallFilter
    {
        public async Task Invoke(IIncomingGrainCallContext context)
        {
            await context.Invoke();
            context.Result = context.Grain is FilteredGrain && context.Result is int number ? number * 100 : context.Result;
        }
    }

    private sealed class NotingFilter : IIncomingGrainCallFilter
    {
        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.Grain is not FilteredGrain)
            {
                await context.Invoke();
                return;
            }

            string source = context.SourceId is { } id && id.Type.ToString() == "filtered" ? id.ToString() : "outside";
            FilteringSilo.Log.Enqueue($"{source} > {context.TargetId} {context.InterfaceMethod.Name} {context.ImplementationMethod.DeclaringType!.Name}"
                + $" {context.InterfaceName.Contains(nameof(IFilteredGrain), StringComparison.Ordinal)} {context.Request.GetArgumentCount()}"
                + $" {context.TargetContext.GrainId == context.TargetId}");
            try
            {
                await context.Invoke();
            }
            catch (InvalidDataException exception)
            {
                throw new InvalidOperationException($"seen {exception.Message}", exception);
            }
        }
    }

    [Fact]
    public async Task Filters_RunInOrder_TheGrainsOwnLast() =>
        Assert.Equal(((((4 + 1) * 2) + 1) * 100), await silo.Grains.GetGrain<IFilteredGrain>("order").DoubleAsync(4));

    [Fact]
    public async Task Filters_SeeWhoCallsWhom()
    {
        await silo.Grains.GetGrain<IFilteredGrain>("seen").ForwardAsync(1);
        Assert.Contains("outside > filtered/seen ForwardAsync FilteredGrain True 1 True", FilteringSilo.Log);
        Assert.Contains("filtered/seen > filtered/seennext DoubleAsync FilteredGrain True 1 True", FilteringSilo.Log);
    }

    [Fact]
    public async Task Filters_SeeFailures()
    {
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => silo.Grains.GetGrain<IFilteredGrain>("fail").FailAsync());
        Assert.Equal("seen inside", failure.Message);
    }
}
