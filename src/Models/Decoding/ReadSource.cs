using static TorchSharp.torch;

namespace SeqCluster.Models.Decoding;

/// <summary>What a recurrent encoder made of a batch of sources.</summary>
/// <param name="Memory_BSC">A vector for each place.</param>
/// <param name="Keys_BSK">What attention's score needs of it.</param>
/// <param name="Mask_B1S">Forbids padding; null when there is none.</param>
/// <param name="Summary_BC">A vector for the whole.</param>
internal sealed record ReadSource(Tensor Memory_BSC, Tensor Keys_BSK, Tensor? Mask_B1S, Tensor Summary_BC)
{
    /// <summary>Its tensors, each once.</summary>
    internal IEnumerable<Tensor> Tensors =>
        ReferenceEquals(Memory_BSC, Keys_BSK) ? [Memory_BSC, .. Others] : [Memory_BSC, Keys_BSK, .. Others];

    private IEnumerable<Tensor> Others => Mask_B1S is null ? [Summary_BC] : [Mask_B1S, Summary_BC];

    /// <summary>Each tensor replaced by another.</summary>
    internal ReadSource Map(Func<Tensor, Tensor> change)
    {
        var memory_BSC = change(Memory_BSC);
        return new ReadSource(
            memory_BSC,
            ReferenceEquals(Memory_BSC, Keys_BSK) ? memory_BSC : change(Keys_BSK),
            Mask_B1S is null ? null : change(Mask_B1S),
            change(Summary_BC));
    }
}
