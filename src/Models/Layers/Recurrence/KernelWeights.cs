using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>The weights of LibTorch's recurrent kernels of one layer: their products, for taking a single step, and their place on a device.</summary>
internal static class KernelWeights
{
    /// <summary>
    /// Lays the weights of all recurrent kernels of a model on a GPU out as cuDNN wants them, in place; otherwise it copies them together in every call,
    /// and warns of it each time. Elsewhere nothing happens.
    /// </summary>
    internal static void LayOut(nn.Module model)
    {
        foreach (var module in model.modules())
        {
            switch (module)
            {
                case LSTM kernel: kernel.flatten_parameters(); break;
                case GRU kernel: kernel.flatten_parameters(); break;
                case RNN kernel: kernel.flatten_parameters(); break;
            }
        }
    }

    /// <summary>W x + b of all gates.</summary>
    internal static Tensor FromInput(this nn.Module kernel, Tensor input) =>
        nn.functional.linear(input, kernel.get_parameter("weight_ih_l0")!, kernel.get_parameter("bias_ih_l0"));

    /// <summary>U h + c of all gates.</summary>
    internal static Tensor FromState(this nn.Module kernel, Tensor state_BH) =>
        nn.functional.linear(state_BH, kernel.get_parameter("weight_hh_l0")!, kernel.get_parameter("bias_hh_l0"));
}
