using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Standin.Calls;
using Orleans.Standin.Timers;

namespace Orleans.Standin.Activations;

/// <content>From construction to the end.</content>
internal sealed partial class Activation
{
    private async Task ActivateAsync()
    {
        try
        {
            activating.CancelAfter(runtime.Collection.ActivationTimeout);
            CancellationToken token = activating.Token;
            scope = new AsyncServiceScopeHolder(runtime.Services, this);
            GrainInstance = Class.Construct(this);
            await ObservableLifecycle.StartAsync(token).WaitAsync(token);
            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnActivateAsync(token).WaitAsync(token);
            }
        }
        catch (Exception exception)
        {
            FailActivation(exception);
        }

        lock (gate)
        {
            if (state == ActivationState.Activating)
            {
                state = ActivationState.Valid;
            }

            lastUse = Environment.TickCount64;
        }

        Pump();
    }

    private void FailActivation(Exception exception)
    {
        lock (gate)
        {
            if (state == ActivationState.Deactivating && exception is OperationCanceledException)
            {
                // Someone ended the activation while it began: what waits goes to the next one.
                return;
            }

            LogActivationFailed(logger, exception, GrainId);
            reason = new DeactivationReason(DeactivationReasonCode.ActivationFailed, exception, "Failed to activate grain.");
            state = ActivationState.Deactivating;
            stateBeforeDeactivation = ActivationState.Activating;
            isDeactivationDue = true;
        }
    }

    private async Task FinishDeactivationAsync()
    {
        using var timeout = new CancellationTokenSource(runtime.Collection.DeactivationTimeout);
        DisposeTimers();
        if (stateBeforeDeactivation == ActivationState.Valid)
        {
            await TryAsync(() => Enumerators.DisposeAsync().AsTask());
            if (GrainInstance is IGrainBase grain)
            {
                await TryAsync(() => grain.OnDeactivateAsync(reason, timeout.Token).WaitAsync(timeout.Token));
            }
        }

        await TryAsync(() => ObservableLifecycle.StopAsync(timeout.Token));
        await TryAsync(DisposeGrainAsync);
        Call[] left;
        lock (gate)
        {
            state = ActivationState.Invalid;
            left = [.. waiting];
            waiting.Clear();
        }

        runtime.Remove(this);
        deactivated.TrySetResult();
        foreach (Call call in left)
        {
            PassOn(call);
        }
    }

    /// <summary>A call that did not begin goes to the next activation, or hears why this one failed to activate.</summary>
    private void PassOn(Call call)
    {
        if (call.IsLocal)
        {
            return;
        }

        if (reason.Exception is { } failure)
        {
            call.Reply?.TrySetException(failure);
            runtime.Pending.Remove(call);
        }
        else
        {
            runtime.Send(call);
        }
    }

    private async Task DisposeGrainAsync()
    {
        switch (GrainInstance)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync();
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }

        if (scope is not null)
        {
            await scope.DisposeAsync();
        }
    }

    private void DisposeTimers()
    {
        GrainTimer[] all;
        lock (gate)
        {
            all = [.. timers];
        }

        foreach (GrainTimer timer in all)
        {
            timer.Dispose();
        }
    }

    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception exception)
        {
            LogDeactivationFailed(logger, exception, GrainId);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Error activating grain {GrainId}")]
    private static partial void LogActivationFailed(ILogger logger, Exception exception, GrainId grainId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Error deactivating grain {GrainId}")]
    private static partial void LogDeactivationFailed(ILogger logger, Exception exception, GrainId grainId);
}
