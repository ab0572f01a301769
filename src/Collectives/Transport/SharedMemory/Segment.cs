using System.Runtime.InteropServices;

namespace SeqCluster.Collectives.Transport.SharedMemory;

/// <summary>
/// A mapped file on the memory file system: written by the one process that created it, read by the others of its group. Its
/// name goes away once all have mapped it, so that nothing is left whatever dies later.
/// </summary>
internal sealed unsafe class Segment : IDisposable
{
    private const long Magic = 0x3130_5147_4553_5153; // "SQSEGQ01"

    private readonly string path;
    private int descriptor;
    private bool isLinked;

    private Segment(string path, int descriptor, byte* address, long length, bool isLinked)
    {
        this.path = path;
        this.descriptor = descriptor;
        this.isLinked = isLinked;
        Address = address;
        Length = length;
    }

    /// <summary>Where it is mapped.</summary>
    public byte* Address { get; }

    /// <summary>Its bytes.</summary>
    public long Length { get; }

    /// <summary>The name of a member's segment.</summary>
    public static string PathOf(GroupOptions options, int rank) =>
        Path.Combine(options.SharedFolder, $"{Prefix(options.Job)}a{options.Attempt}.g{options.Generation}.r{rank}");

    /// <summary>
    /// Removes the segments that a job's dead processes left behind (they died between creating and joining). To be called when
    /// no group of the job is being joined on this host. Returns what was removed.
    /// </summary>
    public static IReadOnlyList<string> RemoveLeftovers(string job, string folder)
    {
        var leftovers = Directory.GetFiles(folder, Prefix(job) + "*");
        foreach (var leftover in leftovers)
            File.Delete(leftover);
        return leftovers;
    }

    /// <summary>
    /// Creates this member's segment with all its space reserved. Leftovers of the job's older generations go first: their
    /// members are fenced off, whether they are dead or late.
    /// </summary>
    /// <exception cref="IOException">Too little space; the message names need and available.</exception>
    public static Segment Create(GroupOptions options, long length, long nonce)
    {
        foreach (var leftover in Directory.GetFiles(options.SharedFolder, Prefix(options.Job) + "*").Where(file => IsOlder(file, options)))
            File.Delete(leftover);
        var path = PathOf(options, options.Rank);
        var available = new DriveInfo(options.SharedFolder).AvailableFreeSpace;
        if (available < length)
            throw TooLittleSpace(path, length, available);
        File.Delete(path);
        var descriptor = SystemCalls.Open(path, SystemCalls.OpenReadWriteExclusive, SystemCalls.OwnerOnly);
        if (descriptor < 0)
            throw new IOException($"cannot create {path}", SystemCalls.LastError("open"));
        try
        {
            var error = SystemCalls.Allocate(descriptor, 0, length);
            if (error == SystemCalls.NoSpace)
                throw TooLittleSpace(path, length, available);
            if (error != 0)
                throw new IOException($"cannot reserve {length:N0} bytes for {path}: {Marshal.GetPInvokeErrorMessage(error)}");
            var address = MapAll(descriptor, length, SystemCalls.ProtRead | SystemCalls.ProtWrite);
            var header = (Identity*)(address + SegmentLayout.Header);
            *header = Identity.Of(options, options.Rank, length, nonce);
            return new Segment(path, descriptor, address, length, isLinked: true);
        }
        catch
        {
            SystemCalls.Close(descriptor);
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Maps a peer's segment, read-only.</summary>
    /// <exception cref="IOException">It is not the segment that the peer announced.</exception>
    /// <exception cref="PeerLostException">It is gone, and so is the peer from the group.</exception>
    public static Segment Open(GroupOptions options, int peer, long length, long nonce)
    {
        var path = PathOf(options, peer);
        var descriptor = SystemCalls.Open(path, SystemCalls.OpenRead, 0);
        if (descriptor < 0)
        {
            // It was there when the peer announced it: the peer has given the group up since, because it lost somebody else.
            var error = SystemCalls.LastError("open");
            throw error.NativeErrorCode == SystemCalls.NoSuchFile
                ? new PeerLostException(peer, CollectivePhase.Join, -1, PeerLossCause.Left, $"its segment {path} is gone again")
                : new IOException($"cannot open {path} of rank {peer}", error);
        }

        try
        {
            var address = MapAll(descriptor, length, SystemCalls.ProtRead);
            if (*(Identity*)(address + SegmentLayout.Header) == Identity.Of(options, peer, length, nonce))
                return new Segment(path, descriptor, address, length, isLinked: false);
            SystemCalls.Unmap((nint)address, (nuint)length);
            throw new IOException($"{path} is not the segment that rank {peer} announced");
        }
        catch
        {
            SystemCalls.Close(descriptor);
            throw;
        }
    }

    /// <summary>Maps a stretch of the segment, read-only, at a given address.</summary>
    public void MapAt(byte* address, long offset, long length)
    {
        var mapped = SystemCalls.Map((nint)address, (nuint)length, SystemCalls.ProtRead,
            SystemCalls.MapShared | SystemCalls.MapFixed | SystemCalls.MapPopulate, descriptor, offset);
        if (mapped == SystemCalls.Failed)
            throw new IOException($"cannot map {length:N0} bytes of {path}", SystemCalls.LastError("mmap"));
    }

    /// <summary>Takes the name away; what is mapped stays.</summary>
    public void Unlink()
    {
        if (isLinked)
            File.Delete(path);
        isLinked = false;
    }

    /// <summary>Gives the descriptor back once nothing more is to be mapped.</summary>
    public void CloseDescriptor()
    {
        if (descriptor >= 0)
            SystemCalls.Close(descriptor);
        descriptor = -1;
    }

    public void Dispose()
    {
        Unlink();
        CloseDescriptor();
        SystemCalls.Unmap((nint)Address, (nuint)Length);
    }

    // Dots cannot be in a job's name, so no job's prefix begins another's.
    private static string Prefix(string job) => $"seqcluster.{job}.";

    private static bool IsOlder(string path, GroupOptions options)
    {
        var fields = Path.GetFileName(path).Split('.');
        return fields.Length == 5
            && int.TryParse(fields[2].AsSpan(1), out var attempt)
            && int.TryParse(fields[3].AsSpan(1), out var generation)
            && (attempt, generation).CompareTo((options.Attempt, options.Generation)) < 0;
    }

    private static byte* MapAll(int descriptor, long length, int protection)
    {
        var mapped = SystemCalls.Map(0, (nuint)length, protection, SystemCalls.MapShared | SystemCalls.MapPopulate, descriptor, 0);
        return mapped != SystemCalls.Failed
            ? (byte*)mapped
            : throw new IOException($"cannot map {length:N0} bytes of shared memory", SystemCalls.LastError("mmap"));
    }

    private static IOException TooLittleSpace(string path, long needed, long available) =>
        new($"{path} needs {needed:N0} bytes of shared memory, {available:N0} are available: enlarge the mount (--shm-size), "
            + "use fewer workers on this host, or transport: tcp");

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Identity(long Magic, long Nonce, long Length, int Attempt, int Generation, int Rank, int Workers)
    {
        public static Identity Of(GroupOptions options, int rank, long length, long nonce) =>
            new(Segment.Magic, nonce, length, options.Attempt, options.Generation, rank, options.Peers.Count);
    }
}
