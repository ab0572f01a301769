using System.Runtime.InteropServices;
using TorchSharp;

namespace SeqCluster.Torch.Tests;

/// <summary>A test that is skipped, by name and with the reason, where LibTorch cannot be loaded.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute() => Skip = LibTorch.MissingBecause;
}

/// <summary>A theory that is skipped, by name and with the reason, where LibTorch cannot be loaded.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute() => Skip = LibTorch.MissingBecause;
}

internal static class LibTorch
{
    /// <summary>Null when LibTorch answers.</summary>
    internal static readonly string? MissingBecause = Probe();

    private static string? Probe()
    {
        try
        {
            torch.get_num_threads();
            return null;
        }
        catch (Exception exception) when (Root(exception) is DllNotFoundException or EntryPointNotFoundException or NotSupportedException or ExternalException)
        {
            return $"LibTorch is not usable here: {Root(exception).Message}";
        }
    }

    private static Exception Root(Exception exception) =>
        exception is TypeInitializationException { InnerException: { } inner } ? Root(inner) : exception;
}
