namespace SeqCluster.EndToEnd.Tests;

/// <summary>A test that is skipped, by name and with the reason, where hosts cannot be made apart or LibTorch is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SeparateHostsFactAttribute : FactAttribute
{
    public SeparateHostsFactAttribute() => Skip = new TorchFactAttribute().Skip ?? (HostNetwork.Obstacle is { Length: > 0 } obstacle ? obstacle : null);
}
