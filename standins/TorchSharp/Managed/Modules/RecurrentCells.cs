using TorchSharp.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>One time step of <see cref="LSTM"/>: [batch, features].</summary>
    public sealed class LSTMCell : nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)>
    {
        private readonly long hiddenSize;

        internal LSTMCell(long inputSize, long hiddenSize, bool bias, Device? device, ScalarType? dtype) : base(nameof(LSTMCell))
        {
            this.hiddenSize = hiddenSize;
            Cells.Fill(Register, 4, inputSize, hiddenSize, bias, device, dtype);
        }

        internal Parameter? weight_ih => Registered(nameof(weight_ih));
        internal Parameter? weight_hh => Registered(nameof(weight_hh));
        internal Parameter? bias_ih => Registered(nameof(bias_ih));
        internal Parameter? bias_hh => Registered(nameof(bias_hh));

        public override (Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0 = null)
        {
            var (hidden, cell) = h0_c0 ?? (Cells.ZeroState(input, hiddenSize), Cells.ZeroState(input, hiddenSize));
            return Op.CallPair("lstm_cell", input, new[] { hidden, cell }, weight_ih, weight_hh, bias_ih, bias_hh);
        }

        public new (Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);
    }

    /// <summary>One time step of <see cref="GRU"/>: [batch, features].</summary>
    public sealed class GRUCell : nn.Module<Tensor, Tensor?, Tensor>
    {
        private readonly long hiddenSize;

        internal GRUCell(long inputSize, long hiddenSize, bool bias, Device? device, ScalarType? dtype) : base(nameof(GRUCell))
        {
            this.hiddenSize = hiddenSize;
            Cells.Fill(Register, 3, inputSize, hiddenSize, bias, device, dtype);
        }

        internal Parameter? weight_ih => Registered(nameof(weight_ih));
        internal Parameter? weight_hh => Registered(nameof(weight_hh));
        internal Parameter? bias_ih => Registered(nameof(bias_ih));
        internal Parameter? bias_hh => Registered(nameof(bias_hh));

        public override Tensor forward(Tensor input, Tensor? h0 = null) =>
            Op.Call("gru_cell", input, h0 ?? Cells.ZeroState(input, hiddenSize), weight_ih, weight_hh, bias_ih, bias_hh);
    }

    /// <summary>One time step of <see cref="RNN"/>: [batch, features].</summary>
    public sealed class RNNCell : nn.Module<Tensor, Tensor?, Tensor>
    {
        private readonly long hiddenSize;
        private readonly string op;

        internal RNNCell(long inputSize, long hiddenSize, nn.NonLinearities nonLinearity, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(RNNCell))
        {
            this.hiddenSize = hiddenSize;
            op = nonLinearity == nn.NonLinearities.ReLU ? "rnn_relu_cell" : "rnn_tanh_cell";
            Cells.Fill(Register, 1, inputSize, hiddenSize, bias, device, dtype);
        }

        internal Parameter? weight_ih => Registered(nameof(weight_ih));
        internal Parameter? weight_hh => Registered(nameof(weight_hh));
        internal Parameter? bias_ih => Registered(nameof(bias_ih));
        internal Parameter? bias_hh => Registered(nameof(bias_hh));

        public override Tensor forward(Tensor input, Tensor? h0 = null) =>
            Op.Call(op, input, h0 ?? Cells.ZeroState(input, hiddenSize), weight_ih, weight_hh, bias_ih, bias_hh);
    }

    /// <summary>What the three cells share.</summary>
    internal static class Cells
    {
        internal static void Fill(Action<string, Parameter> register, int gates, long inputSize, long hiddenSize, bool bias, Device? device, ScalarType? dtype)
        {
            var bound = 1 / Math.Sqrt(hiddenSize);
            void Add(string name, params long[] shape)
            {
                var parameter = new Parameter(empty(shape, dtype, device));
                nn.init.uniform_(parameter, -bound, bound);
                register(name, parameter);
            }
            Add("weight_ih", gates * hiddenSize, inputSize);
            Add("weight_hh", gates * hiddenSize, hiddenSize);
            if (!bias)
                return;
            Add("bias_ih", gates * hiddenSize);
            Add("bias_hh", gates * hiddenSize);
        }

        internal static Tensor ZeroState(Tensor input, long hiddenSize) => zeros(input.size(0), hiddenSize, input.dtype, input.device);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static LSTMCell LSTMCell(long inputSize, long hiddenSize, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, bias, device, dtype);

            public static GRUCell GRUCell(long inputSize, long hiddenSize, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, bias, device, dtype);

            public static RNNCell RNNCell(long inputSize, long hiddenSize, NonLinearities nonLinearity = NonLinearities.Tanh, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, nonLinearity, bias, device, dtype);
        }
    }
}
