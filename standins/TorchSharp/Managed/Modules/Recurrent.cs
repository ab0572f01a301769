using TorchSharp.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>
    /// The weights of a stack of recurrent layers, registered and drawn in PyTorch's order: for each layer, for each
    /// direction, weight_ih, weight_hh, bias_ih, bias_hh, all uniform in ±1/√hidden.
    /// </summary>
    internal sealed class RecurrentWeights
    {
        private readonly List<string> names = [];

        internal RecurrentWeights(int gates, long input, long hidden, long layers, bool bias, bool batchFirst, double dropout, bool bidirectional)
        {
            (Gates, Input, Hidden, Layers, Bias, BatchFirst, Dropout, Bidirectional) =
                (gates, input, hidden, layers, bias, batchFirst, dropout, bidirectional);
        }

        internal int Gates { get; }
        internal long Input { get; }
        internal long Hidden { get; }
        internal long Layers { get; }
        internal bool Bias { get; }
        internal bool BatchFirst { get; }
        internal double Dropout { get; }
        internal bool Bidirectional { get; }

        private int Directions => Bidirectional ? 2 : 1;

        internal void Fill(Action<string, Parameter> register, Device? device, ScalarType? dtype)
        {
            var created = new List<Parameter>();
            void Add(string name, params long[] shape)
            {
                var parameter = new Parameter(empty(shape, dtype, device));
                names.Add(name);
                created.Add(parameter);
                register(name, parameter);
            }
            for (var layer = 0; layer < Layers; layer++)
                for (var direction = 0; direction < Directions; direction++)
                {
                    var suffix = $"_l{layer}{(direction == 1 ? "_reverse" : "")}";
                    Add("weight_ih" + suffix, Gates * Hidden, layer == 0 ? Input : Hidden * Directions);
                    Add("weight_hh" + suffix, Gates * Hidden, Hidden);
                    if (!Bias)
                        continue;
                    Add("bias_ih" + suffix, Gates * Hidden);
                    Add("bias_hh" + suffix, Gates * Hidden);
                }
            var bound = 1 / Math.Sqrt(Hidden);
            foreach (var parameter in created)
                nn.init.uniform_(parameter, -bound, bound);
        }

        internal Tensor[] Flat(Func<string, Tensor?> find) => [.. names.Select(name => find(name)!)];

        // In place, one beside the other as cuDNN wants them; elsewhere than on a GPU they stay where they are, as in LibTorch.
        internal void Flatten(Func<string, Tensor?> find, CuDnnMode mode)
        {
            var flat = Flat(find);
            if (flat[0].device_type != DeviceType.CUDA)
                return;
            using var noGradients = no_grad();
            Op.Call("_cudnn_rnn_flatten_weight", flat, Bias ? 4L : 2L, Input, (long)mode, Hidden, 0L, Layers, BatchFirst, Bidirectional).Dispose();
        }

        internal Tensor ZeroState(Tensor input) =>
            zeros(Directions * Layers, input.size(BatchFirst ? 0 : 1), Hidden, input.dtype, input.device);
    }

    /// <summary>cudnnRNNMode_t.</summary>
    internal enum CuDnnMode
    {
        Relu, Tanh, Lstm, Gru,
    }

    /// <summary>Hochreiter and Schmidhuber 1997 with forget gate; [time, batch, features] unless batchFirst.</summary>
    public sealed class LSTM : nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)>
    {
        private readonly RecurrentWeights weights;

        internal LSTM(RecurrentWeights weights, Device? device, ScalarType? dtype) : base(nameof(LSTM))
        {
            this.weights = weights;
            weights.Fill(Register, device, dtype);
        }

        public void flatten_parameters() => weights.Flatten(Registered, CuDnnMode.Lstm);

        public override (Tensor, Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0 = null)
        {
            var (hidden, cell) = h0_c0 ?? (weights.ZeroState(input), weights.ZeroState(input));
            return Op.CallTriple("lstm.input", input, new[] { hidden, cell }, weights.Flat(Registered), weights.Bias, weights.Layers,
                weights.Dropout, training, weights.Bidirectional, weights.BatchFirst);
        }

        public new (Tensor, Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);
    }

    /// <summary>Cho et al. 2014, the reset gate applied after the recurrent product, as LibTorch does.</summary>
    public sealed class GRU : nn.Module<Tensor, Tensor?, (Tensor, Tensor)>
    {
        private readonly RecurrentWeights weights;

        internal GRU(RecurrentWeights weights, Device? device, ScalarType? dtype) : base(nameof(GRU))
        {
            this.weights = weights;
            weights.Fill(Register, device, dtype);
        }

        public void flatten_parameters() => weights.Flatten(Registered, CuDnnMode.Gru);

        public override (Tensor, Tensor) forward(Tensor input, Tensor? h0 = null) =>
            Op.CallPair("gru.input", input, h0 ?? weights.ZeroState(input), weights.Flat(Registered), weights.Bias, weights.Layers,
                weights.Dropout, training, weights.Bidirectional, weights.BatchFirst);

        public new (Tensor, Tensor) call(Tensor input, Tensor? h0 = null) => base.call(input, h0);
    }

    /// <summary>Elman 1990.</summary>
    public sealed class RNN : nn.Module<Tensor, Tensor?, (Tensor, Tensor)>
    {
        private readonly RecurrentWeights weights;
        private readonly string op;

        internal RNN(RecurrentWeights weights, nn.NonLinearities nonLinearity, Device? device, ScalarType? dtype) : base(nameof(RNN))
        {
            this.weights = weights;
            op = nonLinearity == nn.NonLinearities.ReLU ? "rnn_relu.input" : "rnn_tanh.input";
            weights.Fill(Register, device, dtype);
        }

        public void flatten_parameters() => weights.Flatten(Registered, op == "rnn_relu.input" ? CuDnnMode.Relu : CuDnnMode.Tanh);

        public override (Tensor, Tensor) forward(Tensor input, Tensor? h0) =>
            Op.CallPair(op, input, h0 ?? weights.ZeroState(input), weights.Flat(Registered), weights.Bias, weights.Layers, weights.Dropout, training,
                weights.Bidirectional, weights.BatchFirst);

        public new (Tensor, Tensor) call(Tensor input, Tensor? h0 = null) => base.call(input, h0);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public enum NonLinearities
            {
                ReLU = 0, Tanh = 1,
            }

            public static LSTM LSTM(long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false,
                double dropout = 0.0, bool bidirectional = false, Device? device = null, ScalarType? dtype = null) =>
                new(new RecurrentWeights(4, inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional), device, dtype);

            public static GRU GRU(long inputSize, long hiddenSize, long numLayers = 1, bool bias = true, bool batchFirst = false,
                double dropout = 0.0, bool bidirectional = false, Device? device = null, ScalarType? dtype = null) =>
                new(new RecurrentWeights(3, inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional), device, dtype);

            public static RNN RNN(long inputSize, long hiddenSize, long numLayers = 1, NonLinearities nonLinearity = NonLinearities.Tanh,
                bool bias = true, bool batchFirst = false, double dropout = 0.0, bool bidirectional = false, Device? device = null, ScalarType? dtype = null) =>
                new(new RecurrentWeights(1, inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional), nonLinearity, device, dtype);
        }
    }
}
