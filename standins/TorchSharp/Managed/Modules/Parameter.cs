using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A tensor that a module trains. It takes the data's native tensor over; the data object becomes empty.</summary>
    public class Parameter : Tensor
    {
        public Parameter(Tensor data, bool requires_grad = true)
            : base(data.requires_grad_(requires_grad).MoveTo(out var scope), false)
        {
            scope?.Add(this);
        }
    }
}

namespace TorchSharp
{
    using TorchSharp.Modules;

    public static partial class torch
    {
        public partial class Tensor
        {
            // The scope that owned this object owns what takes the native tensor over.
            internal nint MoveTo(out DisposeScope? scope)
            {
                scope = OwningDisposeScope;
                return DecoupleFromNativeHandle();
            }
        }

        public static partial class nn
        {
            public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}
