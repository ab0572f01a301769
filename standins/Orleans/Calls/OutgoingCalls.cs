using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Standin.Activations;
using Orleans.Standin.Enumeration;
using Orleans.Standin.Hosting;
using Orleans.Standin.Serialization;

namespace Orleans.Standin.Calls;

/// <summary>Turns a call on a reference into a message: copies the arguments, starts the clock, follows cancellation.</summary>
internal sealed class OutgoingCalls(SiloRuntime runtime, SiloMessagingOptions options, PendingCalls pending)
{
    public object? Invoke(GrainReference target, GrainMethod method, object?[] arguments)
    {
        object?[] copies = CopyArguments(method, arguments);
        if (method.Shape.ElementType is { } element)
        {
            return GrainEnumeration.Create(element, runtime, target.GrainId, method, copies);
        }

        Reply reply = method.Shape.NewReply();
        CancellationToken token = method.CancellationIndex < 0 ? default : (CancellationToken)arguments[method.CancellationIndex]!;
        CancellationTokenSource? callee = null;
        if (token.CanBeCanceled && !method.IsOneWay)
        {
            if (token.IsCancellationRequested)
            {
                reply.TrySetException(new OperationCanceledException(token));
                return reply.Returned;
            }

            callee = new CancellationTokenSource();
            copies[method.CancellationIndex] = callee.Token;
        }

        TimeSpan timeout = method.Timeout ?? options.ResponseTimeout;
        var call = new Call
        {
            Method = method,
            Arguments = copies,
            TargetId = target.GrainId,
            SourceId = RuntimeContext.Current?.GrainId ?? runtime.ClientId,
            Context = RequestContext.Snapshot(),
            Reply = method.IsOneWay ? null : reply,
            IsReadOnly = method.IsReadOnly,
            IsAlwaysInterleave = method.IsAlwaysInterleave,
            Timeout = timeout,
            Deadline = pending.DeadlineAfter(timeout),
            Cancellation = callee,
        };
        Send(call, token);
        if (method.IsOneWay)
        {
            reply.TrySetResult(null);
        }

        return reply.Returned;
    }

    /// <summary>Sends runtime work to a grain and waits for its outcome.</summary>
    public async Task<T> AskAsync<T>(GrainId target, Func<object, ValueTask<object?>> work, CancellationToken token)
    {
        var reply = new Reply<T>(static task => task);
        var call = new Call
        {
            Work = work,
            TargetId = target,
            SourceId = RuntimeContext.Current?.GrainId ?? runtime.ClientId,
            Context = RequestContext.Snapshot(),
            Reply = reply,
            IsAlwaysInterleave = true,
            Timeout = options.ResponseTimeout,
            Deadline = pending.DeadlineAfter(options.ResponseTimeout),
        };
        Send(call, token);
        return await (Task<T>)reply.Returned!;
    }

    private void Send(Call call, CancellationToken token)
    {
        if (call.Reply is not null)
        {
            pending.Add(call);
            if (token.CanBeCanceled)
            {
                FollowCancellation(call, token);
            }
        }

        runtime.Send(call);
    }

    private void FollowCancellation(Call call, CancellationToken token)
    {
        CancellationTokenRegistration registration = token.UnsafeRegister(
            _ =>
            {
                if (call.Reply!.TrySetException(new OperationCanceledException(token)) && call.Cancellation is { } callee)
                {
                    runtime.CancelAtTarget(call.TargetId, callee);
                }
            },
            null);
        pending.OnDone(call, registration.Dispose);
    }

    private static object?[] CopyArguments(GrainMethod method, object?[] arguments)
    {
        if (arguments.Length == 0)
        {
            return arguments;
        }

        var context = new CopyContext();
        var copies = new object?[arguments.Length];
        for (int index = 0; index < arguments.Length; index++)
        {
            Type declared = method.ParameterTypes[index];
            copies[index] = method.PassedAsIs[index]
                ? context.CheckReference(arguments[index], declared)
                : context.Copy(arguments[index], declared);
        }

        return copies;
    }
}
