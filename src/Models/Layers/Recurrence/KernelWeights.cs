using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>The products of LibTorch's recurrent kernels of one layer, for taking a single step with the kernel's own weights.</summary>
internal static class KernelWeights
{
    /// <summary>W x + b of all gates.</summary>
    internal static Tensor FromInput(this nn.Module kernel, Tensor input) =>
        nn.functional.linear(input, kernel.get_parameter("weight_ih_l0")!, kernel.get_parameter("bias_ih_l0"));

    /// <summary>U h + c of all gates.</summary>
    internal static Tensor FromState(this nn.Module kernel, Tensor state_BH) =>
        nn.functional.linear(state_BH, kernel.get_parameter("weight_hh_l0")!, kernel.get_parameter("bias_hh_l0"));
}
