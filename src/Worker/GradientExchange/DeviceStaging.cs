using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SeqCluster.Worker.GradientExchange;

/// <summary>
/// Between a GPU and the flat buffers: a bucket of gradients or weights crosses in one copy through page-locked memory, where one
/// for each parameter from pageable memory would cost more in calls than in bytes. Changes no bits. Engine thread only.
/// </summary>
internal sealed class DeviceStaging : IDisposable
{
    private readonly ParameterLayout layout;
    private readonly ILookup<int, PlacedParameter> parametersOf;
    private readonly Device device;

    // float32 [elements of the largest bucket], each.
    private readonly Tensor onHost;
    private readonly Tensor onDevice;

    /// <summary>For parameters that all lie on one device.</summary>
    /// <param name="layout">What crosses.</param>
    /// <param name="isPageLocked">Whether the memory on this side is; only where LibTorch sees a GPU.</param>
    public DeviceStaging(ParameterLayout layout, bool isPageLocked)
    {
        this.layout = layout;
        parametersOf = layout.Parameters.ToLookup(placed => placed.Bucket);
        device = layout.Parameters[0].Parameter.device;
        var elements = layout.Buckets.Max(bucket => bucket.Count);
        using var scope = NewDisposeScope();
        var memory = zeros([elements], ScalarType.Float32);
        onHost = (isPageLocked ? memory.pin_memory() : memory).DetachFromDisposeScope();
        onDevice = zeros([elements], ScalarType.Float32, device).DetachFromDisposeScope();
    }

    /// <summary>For a model on a GPU; null for one on the CPU, which needs none.</summary>
    public static DeviceStaging? For(ParameterLayout layout) =>
        layout.Parameters.All(placed => placed.Parameter.device.type == TorchSharp.DeviceType.CPU) ? null : new DeviceStaging(layout, isPageLocked: true);

    /// <summary>Brings a bucket's gradients; zeros where backward did not reach.</summary>
    /// <param name="bucket">Its number.</param>
    /// <param name="destination">As long as the bucket.</param>
    public void FetchGradients(int bucket, Span<float> destination)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var whole = cat([.. parametersOf[bucket].Select(placed => placed.Parameter.grad?.reshape(-1) ?? zeros([placed.Count], ScalarType.Float32, device))]);
        onHost.narrow(0, 0, destination.Length).copy_(whole);
        HostValues(destination.Length).CopyTo(destination);
    }

    /// <summary>Brings all parameters up to date.</summary>
    /// <param name="weights">In the layout's order.</param>
    public void SendWeights(ReadOnlySpan<float> weights)
    {
        using var noGradients = no_grad();
        for (var bucket = 0; bucket < layout.Buckets.Count; bucket++)
        {
            using var scope = NewDisposeScope();
            var (offset, count) = layout.Buckets[bucket];

            // The copy has ended when the call returns, so the memory on this side can be written again; the device's own copies wait for one another.
            weights.Slice(offset, count).CopyTo(HostValues(count));
            onDevice.narrow(0, 0, count).copy_(onHost.narrow(0, 0, count));
            foreach (var placed in parametersOf[bucket])
            {
                placed.Parameter.copy_(onDevice.narrow(0, placed.Offset - offset, placed.Count).view(placed.Parameter.shape));
            }
        }
    }

    public void Dispose()
    {
        onHost.Dispose();
        onDevice.Dispose();
    }

    private Span<float> HostValues(int count) => MemoryMarshal.Cast<byte, float>(onHost.bytes)[..count];
}
