using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>How a quotient is rounded.</summary>
    public enum RoundingMode
    {
        None, trunc, floor,
    }

    public partial class Tensor
    {
        private static readonly Op AddTensor = new("add.Tensor");
        private static readonly Op AddScalar = new("add.Scalar");
        private static readonly Op SubTensor = new("sub.Tensor");
        private static readonly Op SubScalar = new("sub.Scalar");
        private static readonly Op MulTensor = new("mul.Tensor");
        private static readonly Op MulScalar = new("mul.Scalar");
        private static readonly Op DivTensor = new("div.Tensor");
        private static readonly Op DivScalar = new("div.Scalar");
        private static readonly Op Matmul = new("matmul");

        public Tensor add(Tensor target) => AddTensor.Call(this, target);
        public Tensor add(Tensor target, Scalar alpha) => AddTensor.Call(this, target, alpha);
        public Tensor add(Scalar scalar) => AddScalar.Call(this, scalar);
        public Tensor add_(Tensor target) => InPlace("add_.Tensor", target);
        public Tensor add_(Tensor target, Scalar alpha) => InPlace("add_.Tensor", target, alpha);
        public Tensor add_(Scalar scalar) => InPlace("add_.Scalar", scalar);

        internal Tensor sub(Tensor target) => SubTensor.Call(this, target);
        internal Tensor sub(Scalar target) => SubScalar.Call(this, target);
        public Tensor sub_(Tensor target) => InPlace("sub_.Tensor", target);
        public Tensor sub_(Scalar target) => InPlace("sub_.Scalar", target);

        public Tensor mul(Tensor target) => MulTensor.Call(this, target);
        public Tensor mul(Scalar target) => MulScalar.Call(this, target);
        public Tensor mul_(Tensor target) => InPlace("mul_.Tensor", target);
        public Tensor mul_(Scalar target) => InPlace("mul_.Scalar", target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            rounding_mode == RoundingMode.None ? DivTensor.Call(this, target) : Op.Call("div.Tensor_mode", this, target, Name(rounding_mode));
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            rounding_mode == RoundingMode.None ? DivScalar.Call(this, target) : Op.Call("div.Scalar_mode", this, target, Name(rounding_mode));
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            rounding_mode == RoundingMode.None ? InPlace("div_.Tensor", target) : InPlace("div_.Tensor_mode", target, Name(rounding_mode));
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            rounding_mode == RoundingMode.None ? InPlace("div_.Scalar", target) : InPlace("div_.Scalar_mode", target, Name(rounding_mode));

        public Tensor floor_divide(Tensor other) => Op.Call("floor_divide", this, other);
        public Tensor floor_divide(Scalar other) => Op.Call("floor_divide.Scalar", this, other);
        public Tensor remainder(Tensor target) => Op.Call("remainder.Tensor", this, target);
        public Tensor remainder(Scalar scalar) => Op.Call("remainder.Scalar", this, scalar);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Op.Call("addcmul", this, tensor1, tensor2, value);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => InPlace("addcmul_", tensor1, tensor2, value);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Op.Call("addcdiv", this, tensor1, tensor2, value);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => InPlace("addcdiv_", tensor1, tensor2, value);
        public Tensor lerp(Tensor end, Tensor weight) => Op.Call("lerp.Tensor", this, end, weight);
        public Tensor lerp_(Tensor end, Tensor weight) => InPlace("lerp_.Tensor", end, weight);

        public Tensor pow(Tensor exponent) => Op.Call("pow.Tensor_Tensor", this, exponent);
        public Tensor pow(Scalar exponent) => Op.Call("pow.Tensor_Scalar", this, exponent);
        public Tensor pow_(Scalar exponent) => InPlace("pow_.Scalar", exponent);
        public Tensor square() => pow(2);

        public Tensor matmul(Tensor target) => Matmul.Call(this, target);
        public Tensor mm(Tensor target) => Op.Call("mm", this, target);
        public Tensor bmm(Tensor batch2) => Op.Call("bmm", this, batch2);
        public Tensor mv(Tensor target) => Op.Call("mv", this, target);
        public Tensor dot(Tensor target) => Op.Call("dot", this, target);
        public Tensor outer(Tensor vec2) => Op.Call("outer", this, vec2);
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Op.Call("addmm", this, mat1, mat2, beta, alpha);

        private Tensor InPlace(string op)
        {
            Op.Run(op, this);
            return this;
        }

        private Tensor InPlace(string op, Value first)
        {
            Op.Run(op, this, first);
            return this;
        }

        private Tensor InPlace(string op, Value first, Value second)
        {
            Op.Run(op, this, first, second);
            return this;
        }

        private Tensor InPlace(string op, Value first, Value second, Value third)
        {
            Op.Run(op, this, first, second, third);
            return this;
        }

        private static string Name(RoundingMode mode) => mode == RoundingMode.trunc ? "trunc" : "floor";
    }
}
