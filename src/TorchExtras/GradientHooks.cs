using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TorchSharp.Modules;

namespace SeqCluster.TorchExtras;

/// <summary>
/// Tells, during <c>backward()</c>, that a parameter's gradient is complete and in place, so that its exchange can begin
/// while the rest is computed. Fires once for each parameter and backward pass, in an order that the graph decides.
/// It never touches the gradient itself.
/// </summary>
/// <remarks>
/// On the CPU it fires on the thread that called backward; on CUDA on LibTorch's device thread.
/// Where <see cref="IsAvailable"/> is false, exchange after backward instead.
/// </remarks>
public sealed unsafe class GradientHooks : IDisposable
{
    private readonly Action<int> gradientReady;
    private readonly List<nint> hooks = [];
    private GCHandle self;
    private ExceptionDispatchInfo? failure;

    private GradientHooks(Action<int> gradientReady)
    {
        this.gradientReady = gradientReady;
        self = GCHandle.Alloc(this);
    }

    public static bool IsAvailable => NativeExtras.Reason is null;

    /// <summary>Why not, in a sentence; null when available.</summary>
    public static string? UnavailableBecause => NativeExtras.Reason;

    /// <param name="parameters">Leaves that require a gradient.</param>
    /// <param name="gradientReady">Given the position in <paramref name="parameters"/>. What it throws stops backward.</param>
    /// <exception cref="PlatformNotSupportedException">Not available.</exception>
    /// <exception cref="ArgumentException">A parameter that gets no gradient.</exception>
    public static GradientHooks Attach(IReadOnlyList<Parameter> parameters, Action<int> gradientReady)
    {
        if (UnavailableBecause is { } reason)
            throw new PlatformNotSupportedException(reason);
        var attached = new GradientHooks(gradientReady);
        for (var i = 0; i < parameters.Count; i++)
        {
            var hook = NativeExtras.HookAdd(parameters[i].Handle, &OnGradient, GCHandle.ToIntPtr(attached.self), i);
            if (hook == 0)
            {
                attached.Dispose();
                throw new ArgumentException(NativeExtras.Error, nameof(parameters));
            }
            attached.hooks.Add(hook);
        }
        return attached;
    }

    /// <summary>Throws what the callback threw in the last backward pass; call it when backward failed.</summary>
    public void ThrowIfFailed()
    {
        var thrown = failure;
        failure = null;
        thrown?.Throw();
    }

    /// <summary>Takes the hooks off. Not during backward.</summary>
    public void Dispose()
    {
        foreach (var hook in hooks)
            NativeExtras.HookRemove(hook);
        hooks.Clear();
        if (self.IsAllocated)
            self.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnGradient(nint context, int index)
    {
        var hooks = (GradientHooks)GCHandle.FromIntPtr(context).Target!;
        try
        {
            hooks.gradientReady(index);
            return 0;
        }
        catch (Exception exception)
        {
            hooks.failure = ExceptionDispatchInfo.Capture(exception);
            return 1;
        }
    }
}
