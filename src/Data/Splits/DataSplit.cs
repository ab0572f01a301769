using SeqCluster.Data.Inspection;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;
using SeqCluster.Data.Sampling;

namespace SeqCluster.Data.Splits;

/// <summary>
/// One split of a dataset: which samples each step reads, the batches that models take, and the fixed list of an evaluation. There
/// is one for each kind of samples; training and evaluation know this type alone. Engine thread only.
/// </summary>
public abstract class DataSplit : IDisposable
{
    /// <summary>How much it holds, in the kind's own words: <c>12,345 tokens</c>.</summary>
    public abstract string Size { get; }

    /// <summary>Opens a split of any kind and verifies its shards.</summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="data">What the shards hold.</param>
    /// <param name="shards">The split.</param>
    /// <param name="block">The model's longest sample, in places.</param>
    /// <exception cref="InvalidDataException">A shard is missing, damaged, or of a kind that this program does not know.</exception>
    public static DataSplit Open(string folder, DataDescription data, IReadOnlyList<ShardEntry> shards, int block) => data.Kind switch
    {
        DataKinds.Text => new TextSplit(folder, shards, block),
        DataKinds.Pairs => new PairSplit(folder, shards),
        DataKinds.Series => new SeriesSplit(folder, data, shards),
        DataKinds.Audio => new AudioSplit(folder, data, shards, block),
        _ => throw new InvalidDataException($"{folder}: samples of kind {data.Kind}, which this program does not know: prepare the data with this version"),
    };

    /// <summary>Which samples each step reads.</summary>
    /// <exception cref="ArgumentException">The split is too small to be trained on.</exception>
    public abstract ISamplingPlan Plan(SamplingOptions options);

    /// <summary>The batch of a replica's micro-batch; empty when that is empty.</summary>
    public abstract SequenceBatch Read(MicroBatch samples);

    /// <summary>The batches of an evaluation, in the order in which their sums are joined: a function of the split and the arguments alone.</summary>
    /// <param name="batchSize">Samples in a batch.</param>
    /// <param name="limit">At most so many batches, evenly spread over the split; 0 for all, which together hold every target once.</param>
    public abstract IReadOnlyList<EvaluationBatch> EvaluationList(int batchSize, int limit);

    /// <summary>A batch of an evaluation.</summary>
    public abstract SequenceBatch Read(EvaluationBatch batch);

    /// <summary>Looks at what is in it.</summary>
    /// <param name="data">What the shards hold.</param>
    /// <param name="samples">At most so many samples are shown.</param>
    /// <param name="options">How it is to be sampled; null when nobody has said for which job it is.</param>
    public abstract SplitSurvey Survey(DataDescription data, int samples, SamplingOptions? options);

    /// <inheritdoc />
    public abstract void Dispose();
}
