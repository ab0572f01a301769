using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace SeqCluster.Models.Checkpoints;

/// <summary>
/// Tensors in a file of the safetensors format: 8 bytes of header length (little-endian), a JSON header, the tensors' bytes.
/// Reading checks the whole header first, and never executes or allocates by what the file claims.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>The longest header that is read: some hundred thousand tensors.</summary>
    public const int HeaderMaximumBytes = 16 << 20;

    private readonly SafeFileHandle handle;
    private readonly string path;
    private readonly long contentStart;
    private readonly Dictionary<string, StoredTensor> byName;

    private SafetensorsFile(SafeFileHandle handle, string path)
    {
        this.handle = handle;
        this.path = path;
        try
        {
            var header = ReadHeader(handle);
            contentStart = sizeof(ulong) + header.Length;
            (Tensors, Metadata) = SafetensorsHeader.Parse(header, RandomAccess.GetLength(handle) - contentStart);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"{path}: not a valid safetensors file: {fault.Message}", fault);
        }

        byName = Tensors.ToDictionary(tensor => tensor.Name);
    }

    /// <summary>What is in it, in the order of the bytes.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>Texts that came along.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// Writes a file and flushes it to the disk. The same tensors and metadata give the same bytes, in whatever order they come:
    /// widest elements first, so that all are aligned, then by name.
    /// </summary>
    /// <param name="path">The file; what it held is lost.</param>
    /// <param name="tensors">Read once each, while writing.</param>
    /// <param name="metadata">Texts to go along; may be null.</param>
    /// <exception cref="ArgumentException">Two tensors of one name, or a header beyond <see cref="HeaderMaximumBytes"/>.</exception>
    public static void Write(string path, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = tensors.OrderByDescending(tensor => tensor.Type.SizeBytes()).ThenBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
        var names = new HashSet<string>();
        if (ordered.FirstOrDefault(tensor => !names.Add(tensor.Name)) is { } twice)
        {
            throw new ArgumentException($"{twice.Name}: two tensors of this name", nameof(tensors));
        }

        var header = SafetensorsHeader.Write(ordered, metadata ?? new Dictionary<string, string>());
        ArgumentOutOfRangeException.ThrowIfGreaterThan(header.Length, HeaderMaximumBytes, nameof(tensors));
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        file.Write(length);
        file.Write(header);
        foreach (var tensor in ordered)
        {
            file.Write(tensor.Bytes);
        }

        file.Flush(flushToDisk: true);
    }

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <exception cref="InvalidDataException">It is not a valid file; says why.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafetensorsFile Read(string path)
    {
        var handle = File.OpenHandle(path);
        try
        {
            return new SafetensorsFile(handle, path);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>What the header says of a tensor; null when there is none of this name.</summary>
    public StoredTensor? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Copies a tensor's bytes.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="destination">Exactly as long as the tensor.</param>
    /// <exception cref="InvalidDataException">The file has become shorter meanwhile.</exception>
    public void CopyTo(StoredTensor tensor, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, tensor.SizeBytes, nameof(destination));
        ReadFully(handle, destination, contentStart + tensor.Offset, path);
    }

    /// <inheritdoc />
    public void Dispose() => handle.Dispose();

    private static byte[] ReadHeader(SafeFileHandle handle)
    {
        var fileBytes = RandomAccess.GetLength(handle);
        if (fileBytes < sizeof(ulong))
        {
            throw new InvalidDataException($"{fileBytes} bytes are too few for a header's length");
        }

        Span<byte> length = stackalloc byte[sizeof(ulong)];
        ReadFully(handle, length, 0, "the header's length");
        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (headerBytes is 0 or > HeaderMaximumBytes)
        {
            throw new InvalidDataException($"a header of {headerBytes} bytes: must be 1 to {HeaderMaximumBytes}");
        }

        if ((long)headerBytes > fileBytes - sizeof(ulong))
        {
            throw new InvalidDataException($"the header is cut off: {fileBytes - sizeof(ulong)} bytes of {headerBytes}");
        }

        var header = new byte[headerBytes];
        ReadFully(handle, header, sizeof(ulong), "the header");
        return header;
    }

    private static void ReadFully(SafeFileHandle handle, Span<byte> destination, long offset, string what)
    {
        while (destination.Length > 0)
        {
            var count = RandomAccess.Read(handle, destination, offset);
            if (count == 0)
            {
                throw new InvalidDataException($"{what}: ends {destination.Length} bytes too early");
            }

            destination = destination[count..];
            offset += count;
        }
    }
}
