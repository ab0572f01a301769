namespace SeqCluster.EndToEnd.Tests;

/// <summary>A test that is skipped, by name and with the reason, where no file system can be mounted or LibTorch is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DiskTorchFactAttribute : FactAttribute
{
    public DiskTorchFactAttribute(bool inFile = false) => Skip = new TorchFactAttribute().Skip ?? new DiskFactAttribute(inFile).Skip;
}
