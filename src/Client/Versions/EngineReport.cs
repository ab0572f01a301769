using System.Text.Json;
using SeqCluster.Client.Installation;
using SeqCluster.Client.Sdk;

namespace SeqCluster.Client.Versions;

/// <summary>LibTorch as a worker on this machine has it loaded, in the worker program's own words.</summary>
/// <param name="LibTorchVersion">As LibTorch reports it.</param>
/// <param name="Blas">Which library really multiplies matrices.</param>
/// <param name="BlasBuild">Its configuration and core; empty when it does not say.</param>
/// <param name="BlasThreads">Null when the library does not say.</param>
/// <param name="TorchThreads">LibTorch's intra-op threads.</param>
/// <param name="InteropThreads">LibTorch's inter-op threads.</param>
/// <param name="CpuCapability">The instruction set of ATen's kernels.</param>
/// <param name="HasGradientHooks">Whether communication can overlap backward.</param>
/// <param name="Fault">Why a worker cannot load it, or could not be asked; the rest is empty then.</param>
public sealed record EngineReport(
    string LibTorchVersion = "",
    string Blas = "",
    string BlasBuild = "",
    int? BlasThreads = null,
    int TorchThreads = 0,
    int InteropThreads = 0,
    string CpuCapability = "",
    bool HasGradientHooks = false,
    string? Fault = null)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Asks the worker program; null when it is not built.</summary>
    internal static async Task<EngineReport?> AskAsync(ClientEnvironment environment, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Limit, environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var (output, error) = (new StringWriter(), new StringWriter());
        try
        {
            var exitCode = await PassThrough.RunAsync(Executables.Of(environment).Find("Worker"), ["environment"], output, error, either.Token);
            return exitCode == ExitCodes.Done
                ? JsonSerializer.Deserialize<EngineReport>(output.ToString(), ApiJson.Options)
                : new EngineReport(Fault: error.ToString().Trim());
        }
        catch (MissingProgramException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new EngineReport(Fault: $"the worker program did not answer within {Limit.TotalSeconds:0} s");
        }
        catch (JsonException fault)
        {
            return new EngineReport(Fault: $"the worker program's answer cannot be read: {fault.Message}");
        }
    }
}
