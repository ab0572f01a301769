using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Concurrency;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Grains.Tests.Protocols;

namespace SeqCluster.Grains.Tests.Cluster;

/// <summary>
/// Refuses every call between grains that <c>docs/protocols/grain-calls.md</c> does not draw, and remembers the others.
/// The caller comes with the request context: a grain's calls carry its name.
/// </summary>
internal sealed class CallGraph : IIncomingGrainCallFilter
{
    private const string CallerKey = "test.caller";

    /// <summary>Hints may be lost: with this set, every one-way call to a job is.</summary>
    public bool LosesHints { get; set; }

    public ConcurrentDictionary<(string Caller, string Callee), byte> Awaited { get; } = new();

    public ConcurrentDictionary<(string Caller, string Callee, string Call), byte> OneWay { get; } = new();

    /// <summary>Calls that are not drawn; a job's poll swallows what is thrown at it, so the test looks here.</summary>
    public ConcurrentQueue<string> NotDrawn { get; } = new();

    public static HashSet<(string, string)> DrawnAwaited { get; } =
        [.. ProtocolDocument.Rows(ProtocolDocument.Section("grain-calls.md", "Awaited")).Select(cells => (cells[0], cells[1]))];

    public static HashSet<(string, string, string)> DrawnOneWay { get; } =
        [.. ProtocolDocument.Rows(ProtocolDocument.Section("grain-calls.md", "One-way")).Select(cells => (cells[0], cells[1], cells[2]))];

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        string callee = NameOf(context.Grain);
        bool isOneWay = context.InterfaceMethod.IsDefined(typeof(OneWayAttribute));
        if (CallerOf(context) is { } caller)
        {
            Record(caller, callee, context.MethodName, isOneWay);
        }

        if (LosesHints && isOneWay && context.InterfaceMethod.Name == nameof(IJobGrain.Wake))
        {
            return;
        }

        RequestContext.Set(CallerKey, callee);
        await context.Invoke();
    }

    private void Record(string caller, string callee, string call, bool isOneWay)
    {
        bool isDrawn = isOneWay ? DrawnOneWay.Contains((caller, callee, call)) : DrawnAwaited.Contains((caller, callee));
        if (!isDrawn)
        {
            NotDrawn.Enqueue($"{caller} calls {callee}.{call}{(isOneWay ? " one-way" : "")}");
            throw new InvalidOperationException($"{caller} calls {callee}.{call}: not drawn in docs/protocols/grain-calls.md");
        }

        if (isOneWay)
        {
            OneWay[(caller, callee, call)] = 0;
        }
        else
        {
            Awaited[(caller, callee)] = 0;
        }
    }

    // A timer's calls begin without a context; then the sender's identity says who it is.
    private static string? CallerOf(IIncomingGrainCallContext context) => RequestContext.Get(CallerKey) as string
        ?? (context.SourceId is { } source ? Names.GetValueOrDefault($"{source.Type}") : null);

    private static readonly Dictionary<string, string> Names = new[]
    {
        "Job", "JobDirectory", "Scheduler", "ReductionCoordinator", "Worker", "Metrics", "Dataset", "Shard",
    }.ToDictionary(name => name.ToLowerInvariant());

    private static string NameOf(object grain) => grain is FakeWorker ? "gateway" : grain.GetType().Name.Replace("Grain", "", StringComparison.Ordinal);
}
