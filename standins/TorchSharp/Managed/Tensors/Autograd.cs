using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Native.st_requires_grad(Handle) != 0;
            set => requires_grad_(value);
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            Native.Check(Native.st_set_requires_grad(Handle, requires_grad ? 1 : 0));
            return this;
        }

        public bool is_leaf => Native.st_is_leaf(Handle) != 0;

        public void retain_grad() => Native.Check(Native.st_retain_grad(Handle));

        /// <summary>A new handle on the gradient, or null. A view assigned here is what <see cref="backward()"/> adds into.</summary>
        public Tensor? grad
        {
            get => Native.st_grad(Handle) is var handle and not 0 ? new Tensor(handle) : null;
            set => Native.Check(Native.st_set_grad(Handle, value?.Handle ?? 0));
        }

        /// <summary>Back-propagates from a scalar.</summary>
        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        public Tensor detach() => Op.Call("detach", this);
    }

    public static class autograd
    {
        /// <summary>Adds the gradients of the roots into the leaves, on the calling thread.</summary>
        internal static unsafe void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null)
        {
            var (roots, grads, leaves) = (Handles(tensors), Handles(grad_tensors), Handles(inputs));
            fixed (nint* root = roots, grad = grads, leaf = leaves)
                Native.Check(Native.st_backward(root, roots.Length, grad, grads.Length, retain_graph ?? create_graph ? 1 : 0,
                    create_graph ? 1 : 0, leaf, leaves.Length));
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        /// <summary>The gradients of <paramref name="outputs"/> with respect to <paramref name="inputs"/>, in that order.</summary>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var (from, to, grads) = (Handles(outputs), Handles(inputs), Handles(grad_outputs));
            var found = new nint[to.Length];
            fixed (nint* output = from, input = to, grad = grads, result = found)
                Native.Check(Native.st_autograd_grad(output, from.Length, input, to.Length, grad, grads.Length,
                    retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, result));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(found, handle => handle == 0 ? null! : new Tensor(handle));
        }

        private static nint[] Handles(IList<Tensor>? tensors)
        {
            if (tensors is null)
                return [];
            var handles = new nint[tensors.Count];
            for (var i = 0; i < handles.Length; i++)
                handles[i] = tensors[i].Handle;
            return handles;
        }
    }

    /// <summary>No graph is recorded on this thread until the result is disposed.</summary>
    public static IDisposable no_grad() => new AutoGradMode(false);
    public static IDisposable enable_grad(bool enabled = true) => new AutoGradMode(enabled);
    public static bool is_grad_enabled() => AutoGradMode.IsEnabled;
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);
    public static bool is_inference_mode_enabled() => Native.st_is_inference_mode() != 0;

    private sealed class AutoGradMode : IDisposable
    {
        private readonly bool previous = IsEnabled;

        internal AutoGradMode(bool enabled) => Native.st_set_grad_mode(enabled ? 1 : 0);

        internal static bool IsEnabled => Native.st_grad_mode() != 0;

        public void Dispose() => Native.st_set_grad_mode(previous ? 1 : 0);
    }

    private sealed class InferenceMode(bool mode) : IDisposable
    {
        private nint guard = Native.st_inference_mode_enter(mode ? 1 : 0);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref guard, 0) is var entered and not 0)
                Native.st_inference_mode_leave(entered);
        }
    }
}
