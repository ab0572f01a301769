using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The version of LibTorch that is loaded.</summary>
    public static unsafe string __version__ => Marshal.PtrToStringUTF8((nint)Native.st_version())!;

    public static int get_num_threads() => Native.st_get_num_threads();
    public static void set_num_threads(int num) => Native.Check(Native.st_set_num_threads(num));
    public static int get_num_interop_threads() => Native.st_get_num_interop_threads();

    /// <summary>Seeds the default generators of all devices. The CPU's uses the low 32 bits only.</summary>
    public static Generator manual_seed(long seed)
    {
        Native.Check(Native.st_manual_seed((ulong)seed));
        return Generator.Default;
    }

    public static Tensor get_rng_state() => Generator.Default.get_state();
    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    /// <summary>A source of random numbers for the CPU.</summary>
    public class Generator : IDisposable
    {
        public Generator(ulong seed = 0, Device? device = null)
            : this(Native.Check(Native.st_new_generator(seed)))
        {
            if (device is not null && device.type != DeviceType.CPU)
                throw new NotSupportedException($"a generator on {device}: only the CPU's are carried over");
        }

        private Generator(nint handle) => Handle = handle;

        ~Generator() => Free();

        internal static Generator Default => new(Native.Check(Native.st_default_generator()));

        internal IntPtr Handle { get; private set; }

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.st_generator_seed(Handle, (ulong)seed));
            return this;
        }

        internal Tensor get_state() => new(Native.Check(Native.st_generator_state(Handle)));

        internal void set_state(Tensor value) => Native.Check(Native.st_generator_set_state(Handle, value.Handle));

        public void Dispose()
        {
            Free();
            GC.SuppressFinalize(this);
        }

        private void Free()
        {
            if (Handle != 0)
                Native.st_free_generator(Handle);
            Handle = 0;
        }
    }
}
