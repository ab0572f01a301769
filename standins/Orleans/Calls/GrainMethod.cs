using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orleans.Standin.Calls;

/// <summary>What the runtime knows about a method of a contract; one object a method.</summary>
internal sealed class GrainMethod
{
    private static readonly ConcurrentDictionary<MethodInfo, GrainMethod> Known = new();
    private readonly ConcurrentDictionary<Type, MethodInfo> implementations = new();
    private readonly MethodInvoker invoker;

    private GrainMethod(MethodInfo contract)
    {
        Contract = contract;
        invoker = MethodInvoker.Create(contract);
        Shape = ReturnShape.Of(contract.ReturnType);
        ParameterInfo[] parameters = contract.GetParameters();
        ParameterTypes = Array.ConvertAll(parameters, p => p.ParameterType);
        PassedAsIs = Array.ConvertAll(parameters, p => p.IsDefined(typeof(ImmutableAttribute), inherit: false));
        CancellationIndex = Array.FindIndex(parameters, p => p.ParameterType == typeof(CancellationToken));
        ResultPassedAsIs = contract.ReturnParameter.IsDefined(typeof(ImmutableAttribute), inherit: false);
        IsOneWay = contract.ReturnType == typeof(void) || contract.IsDefined(typeof(OneWayAttribute));
        IsReadOnly = contract.IsDefined(typeof(ReadOnlyAttribute));
        IsAlwaysInterleave = contract.IsDefined(typeof(AlwaysInterleaveAttribute));
        Timeout = contract.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
    }

    public MethodInfo Contract { get; }

    public ReturnShape Shape { get; }

    public Type[] ParameterTypes { get; }

    public bool[] PassedAsIs { get; }

    public bool ResultPassedAsIs { get; }

    public int CancellationIndex { get; }

    public bool IsOneWay { get; }

    public bool IsReadOnly { get; }

    public bool IsAlwaysInterleave { get; }

    public TimeSpan? Timeout { get; }

    public static GrainMethod Of(MethodInfo contract) => Known.GetOrAdd(contract, static method => new GrainMethod(method));

    /// <summary>Calls the method; what it throws comes out unwrapped.</summary>
    public object? Invoke(object target, object?[] arguments) => invoker.Invoke(target, arguments.AsSpan());

    public MethodInfo ImplementationIn(Type type) => implementations.GetOrAdd(type, FindImplementation);

    private MethodInfo FindImplementation(Type type)
    {
        MethodInfo open = Contract.IsGenericMethod ? Contract.GetGenericMethodDefinition() : Contract;
        InterfaceMapping map = type.GetInterfaceMap(open.DeclaringType!);
        return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, open)];
    }
}
