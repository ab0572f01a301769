using Orleans.Runtime;
using Orleans.Standin.Activations;
using Orleans.Standin.Calls;
using Orleans.Standin.Hosting;

namespace Orleans.Standin.Enumeration;

internal static class GrainEnumeration
{
    public static object Create(Type element, SiloRuntime runtime, GrainId target, GrainMethod method, object?[] arguments) =>
        System.Activator.CreateInstance(
            typeof(GrainEnumeration<>).MakeGenericType(element), runtime, target, method, arguments)!;
}

/// <summary>The caller's side of a method that returns an enumeration; the method runs when the first element is asked for.</summary>
internal sealed class GrainEnumeration<T>(SiloRuntime runtime, GrainId target, GrainMethod method, object?[] arguments)
    : IAsyncEnumerable<T>
{
    public int MaxBatchSize { get; set; } = 100;

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        CancellationToken own = method.CancellationIndex < 0 ? default : (CancellationToken)arguments[method.CancellationIndex]!;
        return new Enumerator(this, CancellationTokenSource.CreateLinkedTokenSource(own, cancellationToken));
    }

    private ValueTask<object?> BeginAsync(Guid id, object grain)
    {
        EnumeratorTable table = TableOfTurn();
        var cancellation = new CancellationTokenSource();
        object?[] passed = [.. arguments];
        if (method.CancellationIndex >= 0)
        {
            passed[method.CancellationIndex] = cancellation.Token;
        }

        var enumeration = (IAsyncEnumerable<T>)method.Invoke(grain, passed)!;
        return table.BeginAsync(id, enumeration.GetAsyncEnumerator(cancellation.Token), MaxBatchSize, cancellation);
    }

    private static EnumeratorTable TableOfTurn() => ((Activation)RuntimeContext.Current!).Enumerators;

    private sealed class Enumerator(GrainEnumeration<T> owner, CancellationTokenSource cancellation) : IAsyncEnumerator<T>
    {
        private readonly Guid id = Guid.NewGuid();
        private List<T> batch = [];
        private int position;
        private bool isBegun;
        private bool isCompleted;
        private bool isDisposed;

        public T Current => position < batch.Count
            ? batch[position]
            : throw new InvalidOperationException("Cannot get current value of an invalid enumerator.");

        public async ValueTask<bool> MoveNextAsync()
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (position + 1 < batch.Count)
            {
                position++;
                return true;
            }

            if (isCompleted)
            {
                batch = [];
                return false;
            }

            EnumerationStep<T> step = await NextStepAsync();
            batch = step.Items;
            position = 0;
            isCompleted = step.Status == EnumerationStatus.Completed;
            return batch.Count > 0;
        }

        public async ValueTask DisposeAsync()
        {
            if (!isDisposed)
            {
                isDisposed = true;
                if (isBegun)
                {
                    await ForgetAsync();
                }

                cancellation.Dispose();
            }
        }

        private async Task<EnumerationStep<T>> NextStepAsync()
        {
            try
            {
                while (true)
                {
                    cancellation.Token.ThrowIfCancellationRequested();
                    Func<object, ValueTask<object?>> work = isBegun
                        ? _ => TableOfTurn().NextAsync<T>(id)
                        : grain => owner.BeginAsync(id, grain);
                    isBegun = true;
                    EnumerationStep<T> step = await owner.AskAsync(work, cancellation.Token);
                    switch (step.Status)
                    {
                        case EnumerationStatus.Pending:
                            continue;
                        case EnumerationStatus.Unknown:
                            throw new EnumerationAbortedException(
                                "Enumeration aborted: the remote target does not have a record of this enumerator."
                                + " This likely indicates that the remote grain was deactivated since enumeration begun"
                                + " or that the enumerator was idle for longer than the expiration period.");
                        default:
                            return step;
                    }
                }
            }
            catch when (isBegun)
            {
                await ForgetAsync();
                throw;
            }
        }

        private async Task ForgetAsync()
        {
            isBegun = false;
            isCompleted = true;
            Task forgetting = owner.ForgetAsync(id);
            await forgetting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private Task<EnumerationStep<T>> AskAsync(Func<object, ValueTask<object?>> work, CancellationToken token) =>
        runtime.Outgoing.AskAsync<EnumerationStep<T>>(target, work, token);

    private Task<object?> ForgetAsync(Guid id) => runtime.Outgoing.AskAsync<object?>(
        target,
        async _ =>
        {
            await TableOfTurn().ForgetAsync(id);
            return null;
        },
        default);
}
