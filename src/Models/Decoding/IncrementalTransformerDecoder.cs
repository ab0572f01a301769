using SeqCluster.Models.Layers;
using static TorchSharp.torch;

namespace SeqCluster.Models.Decoding;

/// <summary>
/// Targets that a <see cref="TransformerModel"/> is writing: keys and values of the source, computed once, and of what has been
/// written so far. Each new token costs one place of the decoder.
/// </summary>
internal sealed class IncrementalTransformerDecoder : IIncrementalDecoder
{
    private readonly TransformerModel model;
    private readonly IReadOnlyList<KeyValueCache> caches;
    private (Tensor Key_BHSD, Tensor Value_BHSD)[] memory;
    private Tensor? memoryMask;

    /// <summary>A decoder that keeps these tensors.</summary>
    internal IncrementalTransformerDecoder(TransformerModel model, IReadOnlyList<(Tensor Key_BHSD, Tensor Value_BHSD)> memory, Tensor? memoryMask, int rows)
    {
        this.model = model;
        this.memory = [.. memory.Select(layer => (layer.Key_BHSD.DetachFromDisposeScope(), layer.Value_BHSD.DetachFromDisposeScope()))];
        this.memoryMask = memoryMask?.DetachFromDisposeScope();
        caches = model.NewCaches();
        Rows = rows;
    }

    public int Rows { get; private set; }

    public int Capacity => model.Block;

    public Tensor Next(ReadOnlySpan<int> tokens)
    {
        if (tokens.Length != Rows || caches[0].Length == Capacity)
        {
            throw new ArgumentException($"{tokens.Length} tokens after {caches[0].Length} places: {Rows} rows of at most {Capacity} places are being written", nameof(tokens));
        }

        return model.NextScores(Array.ConvertAll(tokens.ToArray(), token => (long)token), Rows, memory, memoryMask, caches);
    }

    public void Select(ReadOnlySpan<int> rows)
    {
        using var scope = NewDisposeScope();
        var row_R = tensor(Array.ConvertAll(rows.ToArray(), row => (long)row), ScalarType.Int64, model.Device);
        memory = [.. memory.Select(layer => (Selected(layer.Key_BHSD, row_R), Selected(layer.Value_BHSD, row_R)))];
        memoryMask = memoryMask is null ? null : Selected(memoryMask, row_R);
        foreach (var cache in caches)
        {
            cache.Select(row_R);
        }

        Rows = rows.Length;
    }

    public void Dispose()
    {
        foreach (var cache in caches)
        {
            cache.Dispose();
        }

        foreach (var (key, value) in memory)
        {
            key.Dispose();
            value.Dispose();
        }

        memoryMask?.Dispose();
    }

    private static Tensor Selected(Tensor old, Tensor row_R)
    {
        using (old)
        {
            return old.index_select(0, row_R).DetachFromDisposeScope();
        }
    }
}
