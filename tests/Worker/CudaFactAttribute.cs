namespace SeqCluster.Worker.Tests;

/// <summary>A test that needs a GPU; skipped, with the reason, where LibTorch sees none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CudaFactAttribute : FactAttribute
{
    public CudaFactAttribute() => Skip = new TorchFactAttribute().Skip ?? (TorchSharp.torch.cuda.is_available() ? null : "LibTorch sees no GPU here");
}
