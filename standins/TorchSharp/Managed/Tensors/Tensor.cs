using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A handle on an <c>at::Tensor</c>. It is freed by <see cref="Dispose()"/>, by its dispose scope, or, late, by a finalizer.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private static long totalCount;
        private static long peakCount;

        private NativeHandle? owner;

        internal Tensor(nint handle, bool register = true)
        {
            owner = NativeHandle.Take(handle);
            var total = Interlocked.Increment(ref totalCount);
            if (total > Volatile.Read(ref peakCount))
                Volatile.Write(ref peakCount, total);
            if (register)
                DisposeScopeManager.ThreadSingleton.Register(this);
        }

        internal DisposeScope? OwningDisposeScope { get; set; }

        /// <summary>The place in the owning scope's list, for removal without a search.</summary>
        internal int ScopeSlot { get; set; }

        /// <summary>The <c>at::Tensor*</c>.</summary>
        /// <exception cref="InvalidOperationException">The tensor was disposed.</exception>
        public IntPtr Handle => owner?.Pointer ?? throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public bool IsInvalid => owner is null;

        /// <summary>Tensors that are alive in this process (finalized ones count until then).</summary>
        public static long TotalCount => Volatile.Read(ref totalCount);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref owner, null) is not { } handle)
                return;
            DisposeScopeManager.ThreadSingleton.CountDisposal();
            OwningDisposeScope?.Forget(this);
            handle.Free();
        }

        /// <summary>Gives the native tensor up without freeing it; this object becomes invalid.</summary>
        internal IntPtr DecoupleFromNativeHandle()
        {
            var handle = Interlocked.Exchange(ref owner, null) ?? throw new InvalidOperationException("Tensor invalid -- empty handle.");
            OwningDisposeScope?.Forget(this);
            return handle.Release();
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public override bool Equals(object? obj) => ReferenceEquals(this, obj) || (obj is Tensor other && Equals(other));

        /// <summary>Same shape and same values. <see cref="equal"/> compares element by element.</summary>
        public bool Equals(Tensor target) => Op.CallNumber("equal", this, target) != 0;

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        public override string ToString() => $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        /// <summary>
        /// The one finalizable part. Instances are reused, a few per thread: an object with a finalizer costs more to make
        /// than a small operator costs to run.
        /// </summary>
        private sealed class NativeHandle
        {
            private const int MaximumPooled = 1024;

            [ThreadStatic] private static Stack<NativeHandle>? pool;

            internal nint Pointer { get; private set; }

            internal static NativeHandle Take(nint pointer)
            {
                if (pool is not { } free || !free.TryPop(out var handle))
                    handle = new NativeHandle();
                handle.Pointer = pointer;
                return handle;
            }

            internal void Free() => Native.st_free(Release());

            internal nint Release()
            {
                var pointer = Pointer;
                Pointer = 0;
                Interlocked.Decrement(ref totalCount);
                var free = pool ??= new Stack<NativeHandle>();
                if (free.Count < MaximumPooled)
                    free.Push(this);
                return pointer;
            }

            ~NativeHandle()
            {
                if (Pointer == 0)
                    return;
                Interlocked.Decrement(ref totalCount);
                Native.st_free(Pointer);
            }
        }
    }
}
