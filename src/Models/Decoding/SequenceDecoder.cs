using static TorchSharp.torch;

namespace SeqCluster.Models.Decoding;

/// <summary>
/// Writes a whole batch of targets with an <see cref="IIncrementalDecoder"/>: greedily, by drawing, or by <see cref="BeamSearch"/>.
/// What a row becomes does not depend on the rows beside it, but for the rounding of the model's own products.
/// </summary>
public sealed class SequenceDecoder
{
    private readonly SequenceOptions options;
    private readonly int begin;
    private readonly int end;
    private readonly TokenRules rules;

    /// <summary>A decoder for any number of batches.</summary>
    /// <param name="options">How.</param>
    /// <param name="begin">The token that each target begins with; it is not part of the result.</param>
    /// <param name="end">The token that ends a target.</param>
    /// <param name="forbidden">Tokens that are never written, such as padding and the begin token.</param>
    /// <exception cref="ArgumentException">The options are out of their ranges; names every one.</exception>
    public SequenceDecoder(SequenceOptions options, int begin, int end, IReadOnlyList<int> forbidden)
    {
        options.Check();
        (this.options, this.begin, this.end) = (options, begin, end);
        rules = new TokenRules(options, end, forbidden);
    }

    /// <summary>Writes one target for each row of the decoder, in their order.</summary>
    /// <param name="decoder">Fresh: nothing written yet. It is used up.</param>
    /// <param name="firstSequence">The number of the first row among all sequences; drawing depends on it, so that batches do not matter.</param>
    /// <param name="cancellation">Checked before each token.</param>
    /// <exception cref="ArgumentException">The model cannot write so long a sequence, or its weights are spoilt.</exception>
    public IReadOnlyList<DecodedSequence> Decode(IIncrementalDecoder decoder, long firstSequence = 0, CancellationToken cancellation = default)
    {
        if (options.MaximumLength > decoder.Capacity)
        {
            throw new ArgumentException($"maximum length {options.MaximumLength}: the model writes at most {decoder.Capacity} tokens");
        }

        using var withoutGraph = no_grad();
        return options.BeamWidth == 1 ? DecodeRows(decoder, firstSequence, cancellation) : DecodeByBeam(decoder, cancellation);
    }

    /// <summary>Beam search, also of width 1.</summary>
    internal IReadOnlyList<DecodedSequence> DecodeByBeam(IIncrementalDecoder decoder, CancellationToken cancellation = default)
    {
        using var withoutGraph = no_grad();
        return new BeamSearch(options, begin, end, rules).Decode(decoder, cancellation);
    }

    private DecodedSequence[] DecodeRows(IIncrementalDecoder decoder, long firstSequence, CancellationToken cancellation)
    {
        var rows = Enumerable.Range(0, decoder.Rows).Select(number => new Row(number, NewSampler(firstSequence + number))).ToList();
        var finished = new DecodedSequence[rows.Count];
        while (rows.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var scores = new LogProbabilities(decoder.Next(rows.Select(row => row.Tokens.Count == 0 ? begin : row.Tokens[^1]).ToArray()));
            var kept = new List<int>(rows.Count);
            for (var place = 0; place < rows.Count; place++)
            {
                if (Extend(rows[place], scores[place]) is { } sequence)
                {
                    finished[rows[place].Number] = sequence;
                }
                else
                {
                    kept.Add(place);
                }
            }

            var isShorter = kept.Count < rows.Count;
            rows = kept.ConvertAll(place => rows[place]);
            if (isShorter && rows.Count > 0)
            {
                decoder.Select(kept.ToArray());
            }
        }

        return finished;
    }

    // The sequence when it is over, else null.
    private DecodedSequence? Extend(Row row, Span<float> scores)
    {
        rules.Apply(scores, row.Tokens);
        var best = Best(scores);
        if (float.IsNegativeInfinity(scores[best]))
        {
            // Nothing is allowed any more.
            return new DecodedSequence(row.Tokens, row.LogProbability, IsComplete: false);
        }

        var token = row.Sampler?.Next(scores) ?? best;
        row.LogProbability += scores[token];
        if (token == end)
        {
            return new DecodedSequence(row.Tokens, row.LogProbability, IsComplete: true);
        }

        row.Tokens.Add(token);
        return row.Tokens.Count == options.MaximumLength ? new DecodedSequence(row.Tokens, row.LogProbability, IsComplete: false) : null;
    }

    // Of equals the lowest number.
    private static int Best(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var token = 1; token < scores.Length; token++)
        {
            best = scores[token] > scores[best] ? token : best;
        }

        return best;
    }

    private TokenSampler? NewSampler(long sequence) => options.Sampling is { } sampling ? new TokenSampler(sampling, sequence) : null;

    private sealed class Row(int number, TokenSampler? sampler)
    {
        public int Number { get; } = number;

        public TokenSampler? Sampler { get; } = sampler;

        public List<int> Tokens { get; } = [];

        public double LogProbability { get; set; }
    }
}
