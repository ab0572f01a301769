using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace SeqCluster.Torch.Tests;

/// <summary>A test that is skipped, by name and with the reason, where LibTorch cannot be loaded.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute() => Skip = LibTorch.MissingBecause;

    /// <summary>Why this cannot run on the original TorchSharp; it is skipped there.</summary>
    public string? NotOnTheOriginal
    {
        get;
        set => Skip ??= (field = value) is null || LibTorch.IsStandin ? null : value;
    }
}

/// <summary>A theory that is skipped, by name and with the reason, where LibTorch cannot be loaded.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute() => Skip = LibTorch.MissingBecause;
}

internal static class LibTorch
{
    /// <summary>Whether these tests run on the repository's stand-in for TorchSharp.</summary>
    internal static readonly bool IsStandin = typeof(LibTorch).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Any(entry => entry is { Key: "Substrate", Value: "standin" });

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
