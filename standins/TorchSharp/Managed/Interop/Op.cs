using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp.Interop;

/// <summary>
/// One operator of LibTorch's dispatcher, by name and overload (<c>add.Tensor</c>), its handle resolved at the first call.
/// </summary>
internal sealed unsafe class Op
{
    private const int MaximumArguments = 16;

    // Names are literals, so identity is enough, and cheaper than hashing the text.
    private static readonly ConcurrentDictionary<string, Op> Known = new(ReferenceEqualityComparer.Instance);

    private readonly string name;
    private nint handle;

    internal Op(string name) => this.name = name;

    /// <summary>The first result, as a tensor.</summary>
    internal static torch.Tensor Call(string name, params ReadOnlySpan<Value> args) => For(name).Call(args);

    /// <summary>Calls for the effect alone: an in-place operator whose result is its first argument.</summary>
    internal static void Run(string name, params ReadOnlySpan<Value> args) => For(name).Run(args);

    internal static (torch.Tensor, torch.Tensor) CallPair(string name, params ReadOnlySpan<Value> args)
    {
        var results = For(name).CallAll(args);
        return (Wrap(results[0]), Wrap(results[1]));
    }

    internal static (torch.Tensor, torch.Tensor, torch.Tensor) CallTriple(string name, params ReadOnlySpan<Value> args)
    {
        var results = For(name).CallAll(args);
        return (Wrap(results[0]), Wrap(results[1]), Wrap(results[2]));
    }

    internal static torch.Tensor[] CallMany(string name, params ReadOnlySpan<Value> args) =>
        Array.ConvertAll(For(name).CallAll(args), Wrap);

    /// <summary>The only result, a number or a truth value.</summary>
    internal static long CallNumber(string name, params ReadOnlySpan<Value> args)
    {
        long result;
        For(name).Invoke(args, &result, 1);
        return result;
    }

    internal torch.Tensor Call(params ReadOnlySpan<Value> args)
    {
        long result;
        Invoke(args, &result, 1);
        return new torch.Tensor((nint)result);
    }

    internal void Run(params ReadOnlySpan<Value> args) => Invoke(args, null, 0);

    private static torch.Tensor Wrap(long handle) => new((nint)handle);

    private static Op For(string name) => Known.TryGetValue(name, out var op) ? op : Known.GetOrAdd(name, static key => new Op(key));

    private long[] CallAll(ReadOnlySpan<Value> args)
    {
        const int expected = 3;
        var buffer = stackalloc long[expected];
        var count = Invoke(args, buffer, expected);
        var results = new long[count];
        if (count <= expected)
            new ReadOnlySpan<long>(buffer, count).CopyTo(results);
        else
            fixed (long* all = results)
                Native.st_take_results(all, count);
        return results;
    }

    [SkipLocalsInit]
    private int Invoke(ReadOnlySpan<Value> args, long* results, int capacity)
    {
        if (args.Length > MaximumArguments)
            throw new ArgumentException($"{name}: {args.Length} arguments, at most {MaximumArguments} are carried over");
        var native = stackalloc NativeArg[MaximumArguments];
        var lists = false;
        for (var i = 0; i < args.Length; i++)
        {
            ref readonly var value = ref args[i];
            native[i].Tag = value.Tag;
            native[i].Bits = value.Bits;
            lists |= value.Tag >= Tag.String;
        }
        var status = lists ? InvokeWithLists(args, native, results, capacity) : Native.st_call(Handle, native, args.Length, results, capacity);
        for (var i = 0; i < args.Length; i++)
            GC.KeepAlive(args[i].Owner);
        return Native.Check(status);
    }

    private nint Handle => handle != 0 ? handle : Resolve();

    // Lists and strings are copied behind the arguments, on the stack while they are short.
    [SkipLocalsInit]
    private int InvokeWithLists(ReadOnlySpan<Value> args, NativeArg* native, long* results, int capacity)
    {
        const int stackWords = 64;
        var words = 0;
        foreach (ref readonly var value in args)
            words += Words(value);
        var stack = stackalloc long[stackWords];
        var rented = words > stackWords ? new long[words] : null;
        fixed (long* heap = rented)
        {
            var next = rented is null ? stack : heap;
            for (var i = 0; i < args.Length; i++)
                if (args[i].Tag >= Tag.String)
                {
                    native[i].Bits = (long)next;
                    native[i].Count = Copy(args[i].Owner!, next);
                    next += Words(args[i]);
                }
            return Native.st_call(Handle, native, args.Length, results, capacity);
        }
    }

    private static int Words(in Value value) => value.Owner switch
    {
        long[] list => list.Length,
        double[] list => list.Length,
        torch.Tensor?[] list => list.Length,
        string text => (Encoding.UTF8.GetByteCount(text) + sizeof(long) - 1) / sizeof(long),
        _ => 0,
    };

    private static int Copy(object list, long* destination)
    {
        switch (list)
        {
            case long[] values:
                values.CopyTo(new Span<long>(destination, values.Length));
                return values.Length;
            case double[] values:
                values.CopyTo(new Span<double>(destination, values.Length));
                return values.Length;
            case torch.Tensor?[] tensors:
                for (var i = 0; i < tensors.Length; i++)
                    destination[i] = tensors[i]?.Handle ?? 0;
                return tensors.Length;
            default:
                var text = (string)list;
                return Encoding.UTF8.GetBytes(text, new Span<byte>(destination, Encoding.UTF8.GetByteCount(text)));
        }
    }

    private nint Resolve()
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var full = Encoding.UTF8.GetBytes("aten::" + (dot < 0 ? name : name[..dot]) + '\0');
        var overload = Encoding.UTF8.GetBytes((dot < 0 ? "" : name[(dot + 1)..]) + '\0');
        fixed (byte* fullPointer = full, overloadPointer = overload)
            return handle = Native.Check(Native.st_operator(fullPointer, overloadPointer));
    }
}
