using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Standin.Hosting;
using Orleans.Standin.Serialization;
using Orleans.Storage;

namespace Orleans.Standin.Calls;

/// <summary>Runs a call on a target object and answers it.</summary>
internal sealed partial class CallInvoker(SiloRuntime runtime, IIncomingGrainCallFilter[] filters, ILogger<CallInvoker> logger)
{
    /// <summary>Never throws: what the call throws goes to its caller, or to the log when nobody waits.</summary>
    public async Task InvokeAsync(Call call, object target, IGrainContext context)
    {
        if (call.IsAbandoned)
        {
            return;
        }

        RequestContext.Import(call.Context);
        try
        {
            object? result = await RunAsync(call, target, context);
            if (call.Reply is { } reply)
            {
                reply.TrySetResult(call.Method is { ResultPassedAsIs: false, Shape.ResultType: { } declared }
                    ? new CopyContext().Copy(result, declared)
                    : result);
            }
        }
        catch (Exception exception)
        {
            Fail(call, context, exception);
        }

        runtime.Pending.Remove(call);
    }

    private async ValueTask<object?> RunAsync(Call call, object target, IGrainContext context)
    {
        if (call.Work is { } work)
        {
            return await work(target);
        }

        if (filters.Length == 0 && target is not IIncomingGrainCallFilter)
        {
            return await call.Method!.Shape.Await(call.Method.Invoke(target, call.Arguments));
        }

        var incoming = new IncomingCall(call, target, context, filters);
        await incoming.Invoke();
        return incoming.Result;
    }

    private void Fail(Call call, IGrainContext context, Exception exception)
    {
        if (exception is InconsistentStateException { IsSourceActivation: true } stale)
        {
            stale.IsSourceActivation = false;
            context.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, exception.ToString()));
        }

        if (call.Reply is { } reply)
        {
            reply.TrySetException(exception);
        }
        else
        {
            LogUnansweredFailure(logger, exception, call);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The call {Call} failed and nobody waits for it")]
    private static partial void LogUnansweredFailure(ILogger logger, Exception exception, Call call);
}
