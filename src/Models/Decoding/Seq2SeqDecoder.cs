using static TorchSharp.torch;

namespace SeqCluster.Models.Decoding;

/// <summary>Targets that a <see cref="Seq2SeqModel"/> is writing: what it has read, computed once, and the decoder's state.</summary>
internal sealed class Seq2SeqDecoder : IIncrementalDecoder
{
    private readonly Seq2SeqModel model;
    private ReadSource source;
    private Tensor[] state;
    private int length;

    /// <summary>A decoder that keeps these tensors.</summary>
    internal Seq2SeqDecoder(Seq2SeqModel model, ReadSource source, Tensor[] state)
    {
        this.model = model;
        this.source = source.Map(tensor => tensor.DetachFromDisposeScope());
        this.state = Array.ConvertAll(state, tensor => tensor.DetachFromDisposeScope());
    }

    public int Rows => (int)source.Summary_BC.shape[0];

    public int Capacity => model.Block;

    public Tensor Next(ReadOnlySpan<int> tokens)
    {
        if (tokens.Length != Rows || length == Capacity)
        {
            throw new ArgumentException($"{tokens.Length} tokens after {length} places: {Rows} rows of at most {Capacity} places are being written", nameof(tokens));
        }

        using var scope = NewDisposeScope();
        var (score_BV, after) = model.NextScores(Array.ConvertAll(tokens.ToArray(), token => (long)token), source, state);
        Replace(after);
        length++;
        return score_BV.MoveToOuterDisposeScope();
    }

    public void Select(ReadOnlySpan<int> rows)
    {
        using var scope = NewDisposeScope();
        var row_R = tensor(Array.ConvertAll(rows.ToArray(), row => (long)row), ScalarType.Int64, model.Device);
        var old = source;
        source = old.Map(tensor => tensor.index_select(0, row_R).DetachFromDisposeScope());
        foreach (var tensor in old.Tensors)
        {
            tensor.Dispose();
        }

        Replace(Array.ConvertAll(state, tensor => tensor.index_select(0, row_R)));
    }

    public void Dispose()
    {
        foreach (var tensor in source.Tensors.Concat(state))
        {
            tensor.Dispose();
        }
    }

    private void Replace(Tensor[] after)
    {
        foreach (var tensor in state)
        {
            tensor.Dispose();
        }

        state = Array.ConvertAll(after, tensor => tensor.DetachFromDisposeScope());
    }
}
