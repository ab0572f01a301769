using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Where a tensor lives, numbered as LibTorch numbers device types.</summary>
public enum DeviceType
{
    CPU = 0, CUDA = 1, META = 14,
}

public static partial class torch
{
    /// <summary>A device type and, where there are several, which one; −1 is the current one.</summary>
    public class Device
    {
        public Device(string description)
        {
            var parts = description.Split(':');
            type = parts[0].ToLowerInvariant() switch
            {
                "cpu" => DeviceType.CPU,
                "cuda" => DeviceType.CUDA,
                "meta" => DeviceType.META,
                _ => throw new ArgumentException($"'{description}' is not a device: cpu, cuda or cuda:<index>"),
            };
            index = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : -1;
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        public DeviceType type { get; }
        internal int index { get; }

        public override string ToString() => type == DeviceType.CPU || index == -1 ? type.ToString().ToLowerInvariant() : $"{type.ToString().ToLowerInvariant()}:{index}";
    }

    public static readonly Device CPU = new(DeviceType.CPU);

    /// <summary>Checks that the device can be used here; null is the CPU.</summary>
    internal static Device InitializeDevice(Device? device)
    {
        if (device is null)
            return CPU;
        InitializeDeviceType(device.type);
        return device;
    }

    internal static void InitializeDeviceType(DeviceType deviceType)
    {
        if (deviceType == DeviceType.CUDA && !cuda.is_available())
            throw new InvalidOperationException("CUDA is not available: this LibTorch is built without it, or no GPU answers.");
    }

    public static class cuda
    {
        public static bool is_available() => Native.st_cuda_is_available() != 0 && device_count() > 0;
        public static int device_count() => Native.st_cuda_device_count();
    }
}
