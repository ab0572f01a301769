namespace TorchSharp;

public static partial class torch
{
    /// <summary>One place in an index: a number, a slice, a tensor, <c>...</c>, a new axis.</summary>
    public struct TensorIndex
    {
        internal enum Kind
        {
            None, Single, Ellipsis, Bool, Tensor, Slice,
        }

        internal Kind Is { get; private init; }
        internal long? Start { get; private init; }
        internal long? Stop { get; private init; }
        internal long? Step { get; private init; }
        internal torch.Tensor? Indices { get; private init; }

        public static TensorIndex Ellipsis = new() { Is = Kind.Ellipsis };

        /// <summary>A new axis of length 1.</summary>
        public static TensorIndex None = new() { Is = Kind.None };

        public static TensorIndex Colon = Slice();

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { Is = Kind.Slice, Start = start, Stop = stop, Step = step };

        public static TensorIndex Single(long? index) => new() { Is = Kind.Single, Start = index };

        public static TensorIndex Tensor(torch.Tensor tensor) => new() { Is = Kind.Tensor, Indices = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        public static implicit operator TensorIndex(Range range) =>
            Slice(range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
                range.End switch { { IsFromEnd: false } end => end.Value, { Value: 0 } => null, var end => -end.Value });
    }
}
