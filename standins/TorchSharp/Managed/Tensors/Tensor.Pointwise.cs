using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Op.Call("abs", this);
        public Tensor neg() => Op.Call("neg", this);
        public Tensor neg_() => InPlace("neg_");
        public Tensor exp() => Op.Call("exp", this);
        public Tensor exp_() => InPlace("exp_");
        public Tensor expm1() => Op.Call("expm1", this);
        public Tensor log() => Op.Call("log", this);
        public Tensor log1p() => Op.Call("log1p", this);
        public Tensor log2() => Op.Call("log2", this);
        public Tensor log10() => Op.Call("log10", this);
        public Tensor sqrt() => Op.Call("sqrt", this);
        public Tensor sqrt_() => InPlace("sqrt_");
        public Tensor rsqrt() => Op.Call("rsqrt", this);
        public Tensor reciprocal() => Op.Call("reciprocal", this);
        public Tensor sin() => Op.Call("sin", this);
        public Tensor cos() => Op.Call("cos", this);
        public Tensor tan() => Op.Call("tan", this);
        public Tensor tanh() => Op.Call("tanh", this);
        public Tensor tanh_() => InPlace("tanh_");
        public Tensor sigmoid() => Op.Call("sigmoid", this);
        public Tensor sigmoid_() => InPlace("sigmoid_");
        public Tensor relu() => Op.Call("relu", this);
        public Tensor relu_() => InPlace("relu_");
        public Tensor gelu() => Op.Call("gelu", this);
        internal Tensor silu() => Op.Call("silu", this);
        public Tensor silu_() => InPlace("silu_");
        public Tensor leaky_relu(Scalar negative_slope) => Op.Call("leaky_relu", this, negative_slope);
        public Tensor elu(double alpha = 1) => Op.Call("elu", this, alpha);
        public Tensor log_sigmoid() => Op.Call("log_sigmoid", this);
        public Tensor softplus(double beta = 1, double threshold = 20) => Op.Call("softplus", this, beta, threshold);
        public Tensor erf() => Op.Call("erf", this);
        public Tensor floor() => Op.Call("floor", this);
        public Tensor ceil() => Op.Call("ceil", this);
        public Tensor round(long decimals = 0L) => decimals == 0 ? Op.Call("round", this) : Op.Call("round.decimals", this, decimals);
        public Tensor trunc() => Op.Call("trunc", this);
        public Tensor sign() => Op.Call("sign", this);
        public Tensor maximum(Tensor other) => Op.Call("maximum", this, other);
        public Tensor minimum(Tensor other) => Op.Call("minimum", this, other);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Op.Call("clamp", this, min, max);
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => InPlace("clamp_", min, max);
        public Tensor clamp_min(Scalar min) => Op.Call("clamp_min", this, min);
        public Tensor clamp_max(Scalar max) => Op.Call("clamp_max", this, max);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Op.Call("softmax.int", this, dim, dtype);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Op.Call("log_softmax.int", this, dim, dtype);

        public Tensor masked_fill(Tensor mask, Scalar value) => Op.Call("masked_fill.Scalar", this, mask, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => InPlace("masked_fill_.Scalar", mask, value);

        internal Tensor bitwise_and(Tensor other) => Op.Call("bitwise_and.Tensor", this, other);
        internal Tensor bitwise_or(Tensor other) => Op.Call("bitwise_or.Tensor", this, other);
        internal Tensor bitwise_xor(Tensor other) => Op.Call("bitwise_xor.Tensor", this, other);
        internal Tensor bitwise_not() => Op.Call("bitwise_not", this);
        public Tensor logical_and(Tensor other) => Op.Call("logical_and", this, other);
        public Tensor logical_or(Tensor other) => Op.Call("logical_or", this, other);
        public Tensor logical_not() => Op.Call("logical_not", this);

        public Tensor fill_(Scalar value) => InPlace("fill_.Scalar", value);
        public Tensor zero_() => InPlace("zero_");

        public Tensor copy_(Tensor source, bool nonBlocking = false) => InPlace("copy_", source, nonBlocking);

        public Tensor eq(Tensor target) => Op.Call("eq.Tensor", this, target);
        public Tensor eq(Scalar target) => Op.Call("eq.Scalar", this, target);
        public Tensor ne(Tensor target) => Op.Call("ne.Tensor", this, target);
        public Tensor ne(Scalar target) => Op.Call("ne.Scalar", this, target);
        public Tensor lt(Tensor target) => Op.Call("lt.Tensor", this, target);
        public Tensor lt(Scalar target) => Op.Call("lt.Scalar", this, target);
        public Tensor le(Tensor target) => Op.Call("le.Tensor", this, target);
        public Tensor le(Scalar target) => Op.Call("le.Scalar", this, target);
        public Tensor gt(Tensor target) => Op.Call("gt.Tensor", this, target);
        public Tensor gt(Scalar target) => Op.Call("gt.Scalar", this, target);
        public Tensor ge(Tensor target) => Op.Call("ge.Tensor", this, target);
        public Tensor ge(Scalar target) => Op.Call("ge.Scalar", this, target);

        /// <summary>Element by element, as in the original; <see cref="Equals(Tensor)"/> gives one answer.</summary>
        public Tensor equal(Tensor target) => eq(target);
        public Tensor not_equal(Tensor target) => ne(target);
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            Op.CallNumber("allclose", this, target, rtol, atol, equal_nan) != 0;
        public Tensor isnan() => Op.Call("isnan", this);
        public Tensor isinf() => Op.Call("isinf", this);
        public Tensor isfinite() => Op.Call("isfinite", this);
        public Tensor isclose(Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) =>
            Op.Call("isclose", this, other, rtol, atol, nanEqual);
    }
}
