using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales the gradients so that their common norm is at most <paramref name="max_norm"/>; returns the norm before.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using var withoutGraph = no_grad();
                using var scope = NewDisposeScope();
                var grads = tensors.Select(tensor => tensor.grad).OfType<Tensor>().ToArray();
                if (grads.Length == 0)
                    return 0;
                var norms = stack(grads.Select(grad => grad.detach().norm((float)norm_type)));
                var total = norms.norm((float)norm_type);
                // As torch.nn.utils does: the coefficient stays a tensor, and multiplies even when it is 1.
                var coefficient = total.add(1e-6).reciprocal().mul(max_norm).clamp(max: 1.0);
                foreach (var grad in grads)
                    grad.detach().mul_(coefficient);
                return total.ToDouble();
            }

            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var withoutGraph = no_grad();
                foreach (var tensor in tensors)
                {
                    using var grad = tensor.grad;
                    grad?.clamp_(-clip_value, clip_value);
                }
            }
        }
    }
}
