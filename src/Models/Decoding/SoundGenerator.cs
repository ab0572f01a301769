namespace SeqCluster.Models.Decoding;

/// <summary>Generates sound with a WaveNet, one sample at a time.</summary>
public sealed class SoundGenerator(WaveNet model)
{
    /// <summary>Generates levels. The sound begins after silence, or goes on where a beginning ends.</summary>
    /// <param name="request">What is to be generated.</param>
    /// <param name="onLevel">Told each level as soon as it is known.</param>
    /// <param name="cancellation">Checked before each sample.</param>
    /// <returns>The new levels, without the beginning.</returns>
    /// <exception cref="ArgumentException">The request does not fit the model.</exception>
    public int[] Generate(SoundRequest request, Action<int>? onLevel = null, CancellationToken cancellation = default)
    {
        var channels = model.Data.FeatureChannels;
        var places = request.Beginning.Count + request.Count;
        if (request.Features.Length != places * channels)
        {
            throw new ArgumentException($"{request.Features.Length} numbers of features: {places} samples with {channels} channels take {places * channels}", nameof(request));
        }

        var queues = new WaveNetQueues(model, request.SoundClass);
        var choose = Sampler(request.Options);
        var generated = new int[request.Count];
        var last = request.Silence;
        for (var place = 0; place < places; place++)
        {
            cancellation.ThrowIfCancellationRequested();
            var outputs = queues.Next(last, request.Features.AsSpan(place * channels, channels));
            if (place < request.Beginning.Count)
            {
                last = request.Beginning[place];
                continue;
            }

            last = generated[place - request.Beginning.Count] = choose(outputs);
            onLevel?.Invoke(last);
        }

        return generated;
    }

    private LevelChoice Sampler(DecodingOptions options) => model.Settings.Output == "softmax"
        ? new TokenSampler(options).Next
        : new LogisticSampler(options, model.Data.Levels).Next;

    private delegate int LevelChoice(ReadOnlySpan<float> outputs);
}
