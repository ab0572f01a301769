using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Standin.Calls;

/// <summary>Runs a call at its target through the filters.</summary>
internal sealed class IncomingCall(Call call, object target, IGrainContext context, IIncomingGrainCallFilter[] filters)
    : IIncomingGrainCallContext
{
    private int stage;

    public IInvokable Request => call;

    public object Grain => target;

    public GrainId? SourceId => call.SourceId;

    public GrainId TargetId => call.TargetId;

    public string InterfaceName => InterfaceMethod.DeclaringType!.FullName!;

    public string MethodName => InterfaceMethod.Name;

    public MethodInfo InterfaceMethod => call.Method!.Contract;

    public MethodInfo ImplementationMethod => call.Method!.ImplementationIn(target.GetType());

    public IGrainContext TargetContext => context;

    public object? Result { get; set; }

    public async Task Invoke()
    {
        int current = stage++;
        try
        {
            if (current < filters.Length)
            {
                await filters[current].Invoke(this);
            }
            else if (current == filters.Length && target is IIncomingGrainCallFilter own)
            {
                await own.Invoke(this);
            }
            else
            {
                Result = await call.Method!.Shape.Await(call.Method.Invoke(target, call.Arguments));
            }
        }
        finally
        {
            stage--;
        }
    }
}
