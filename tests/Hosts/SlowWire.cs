using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace SeqCluster.Hosts.Tests;

/// <summary>
/// A wire of two TAP devices whose frames pass through this process, each no earlier than the link's delay and rate allow. Does
/// what <c>tc netem</c> does, for kernels without it.
/// </summary>
internal sealed partial class SlowWire : IDisposable
{
    private const int ReadWrite = 2;
    private const uint SetInterface = 0x400454ca;
    private const short Tap = 0x2;
    private const short NoPacketInformation = 0x1000;
    private const int FrameBytes = 65_536;

    private readonly int near;
    private readonly int far;

    /// <summary>Makes both ends and begins.</summary>
    /// <param name="nearName">One device.</param>
    /// <param name="farName">The other.</param>
    /// <param name="shape">Of each direction.</param>
    /// <param name="seed">Of the losses.</param>
    public SlowWire(string nearName, string farName, LinkShape shape, int seed)
    {
        near = Open(nearName);
        far = Open(farName);
        new Direction(near, far, shape, new Random(seed)).Start();
        new Direction(far, near, shape, new Random(~seed)).Start();
    }

    public void Dispose()
    {
        // The devices go with their descriptors; whoever reads them gets an error.
        _ = Close(near);
        _ = Close(far);
    }

    private static int Open(string name)
    {
        var file = OpenFile("/dev/net/tun", ReadWrite);
        var request = new byte[40];
        Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request.AsSpan(16), (short)(Tap | NoPacketInformation));
        return file >= 0 && Control(file, SetInterface, request) == 0
            ? file
            : throw new InvalidOperationException($"TAP device {name}: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int file, nuint request, byte[] argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int file, byte[] buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int file, byte[] buffer, nint count);

    /// <summary>From one descriptor to the other. A frame leaves the queue of the link when those before it have, and arrives a delay later.</summary>
    private sealed class Direction(int from, int to, LinkShape shape, Random losses)
    {
        // What a switch would buffer before it drops.
        private static readonly TimeSpan Buffered = TimeSpan.FromMilliseconds(100);
        private static readonly TimeProvider Time = TimeProvider.System;

        private readonly BlockingCollection<(byte[] Frame, TimeSpan Due)> travelling = [];
        private readonly long started = Time.GetTimestamp();
        private readonly ManualResetEventSlim never = new();
        private TimeSpan free;

        private TimeSpan Now => Time.GetElapsedTime(started);

        public void Start()
        {
            new Thread(Take) { IsBackground = true, Name = "slow wire in" }.Start();
            new Thread(Deliver) { IsBackground = true, Name = "slow wire out" }.Start();
        }

        private void Take()
        {
            var buffer = new byte[FrameBytes];
            for (nint count; (count = Read(from, buffer, buffer.Length)) > 0;)
            {
                var now = Now;
                var begins = free > now ? free : now;
                if (begins - now > Buffered || losses.NextDouble() * 100 < shape.LossPercent)
                {
                    continue;
                }

                free = begins + (shape.MegabitsPerSecond > 0 ? TimeSpan.FromMicroseconds((double)count * 8 / shape.MegabitsPerSecond) : TimeSpan.Zero);
                travelling.Add((buffer[..(int)count], free + TimeSpan.FromMilliseconds(shape.DelayMs)));
            }

            travelling.CompleteAdding();
        }

        private void Deliver()
        {
            foreach (var (frame, due) in travelling.GetConsumingEnumerable())
            {
                if (due - Now is { } early && early > TimeSpan.FromMilliseconds(0.5))
                {
                    never.Wait(early);
                }

                _ = Write(to, frame, frame.Length);
            }
        }
    }
}
