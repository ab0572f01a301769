namespace SeqCluster.Models.Decoding;

/// <summary>
/// Beam search of width K over many sources at a time. At each step a source's hypotheses are continued by every token; of the
/// 2K best continuations those that end and stand among the first K are finished, and the K best that do not end go on. A source
/// is done when no hypothesis that goes on is better than the best finished one, each by its log-probability divided by its
/// <see cref="LengthPenalty"/>, n counting the end token; or at the maximum length. (Stopping at K finished ones would let a model
/// that is sure of its tokens fill K with early ends of next to no probability.) Width 1 is greedy decoding.
/// </summary>
internal sealed class BeamSearch(SequenceOptions options, int begin, int end, TokenRules rules)
{
    /// <summary>Decodes one target for each row of a fresh decoder, which is used up.</summary>
    internal IReadOnlyList<DecodedSequence> Decode(IIncrementalDecoder decoder, CancellationToken cancellation)
    {
        var sources = Enumerable.Range(0, decoder.Rows).Select(_ => new Source()).ToList();
        var active = sources.ToList();
        for (var length = 1; active.Count > 0; length++)
        {
            cancellation.ThrowIfCancellationRequested();
            var scores = new LogProbabilities(decoder.Next(active.SelectMany(source => source.Live).Select(hypothesis => hypothesis.Tokens.Count == 0 ? begin : hypothesis.Tokens[^1]).ToArray()));
            var rows = new List<int>();
            var row = 0;
            foreach (var source in active)
            {
                var first = row;
                row += source.Live.Count;
                var parents = Advance(source, scores, first);
                if (length == options.MaximumLength)
                {
                    source.Finished.AddRange(source.Live.Select(hypothesis => (hypothesis, false)));
                }

                source.IsDone = source.Live.Count == 0 || length == options.MaximumLength || IsSettled(source, length);
                rows.AddRange(source.IsDone ? [] : parents.Select(parent => first + parent));
            }

            active.RemoveAll(source => source.IsDone);
            if (active.Count > 0)
            {
                decoder.Select(rows.ToArray());
            }
        }

        return sources.ConvertAll(Best);
    }

    /// <summary>What the log-probability of so many tokens, the end among them, is divided by.</summary>
    internal static double Penalty(SequenceOptions options, int tokens) => options.LengthPenalty switch
    {
        LengthPenalty.Wu => Math.Pow((5 + tokens) / 6.0, options.LengthPenaltyAlpha),
        _ => Math.Pow(tokens, options.LengthPenaltyAlpha),
    };

    private bool IsSettled(Source source, int length) =>
        source.Finished.Count > 0 && source.Finished.Max(Score) >= source.Live[0].LogProbability / Penalty(options, length);

    private double Score((Hypothesis Hypothesis, bool IsComplete) finished) =>
        finished.Hypothesis.LogProbability / Penalty(options, finished.Hypothesis.Tokens.Count + (finished.IsComplete ? 1 : 0));

    // Continues a source's hypotheses; for each that lives on, which one it comes from.
    private List<int> Advance(Source source, LogProbabilities scores, int firstRow)
    {
        var candidates = new List<(double LogProbability, int Parent, int Token)>();
        for (var parent = 0; parent < source.Live.Count; parent++)
        {
            var row = scores[firstRow + parent];
            rules.Apply(row, source.Live[parent].Tokens);
            foreach (var token in Highest(row, 2 * options.BeamWidth))
            {
                candidates.Add((source.Live[parent].LogProbability + row[token], parent, token));
            }
        }

        var (live, parents) = (new List<Hypothesis>(), new List<int>());
        // A stable order: of equals the better hypothesis, then the lower token.
        var ranked = candidates.OrderByDescending(candidate => candidate.LogProbability).Take(2 * options.BeamWidth).Index();
        foreach (var (rank, (logProbability, parent, token)) in ranked)
        {
            var before = source.Live[parent].Tokens;
            if (token != end)
            {
                if (live.Count < options.BeamWidth)
                {
                    live.Add(new Hypothesis([.. before, token], logProbability));
                    parents.Add(parent);
                }
            }
            else if (rank < options.BeamWidth)
            {
                source.Finished.Add((new Hypothesis(before, logProbability), true));
            }
        }

        source.Live = live;
        return parents;
    }

    // The numbers of the highest finite scores, highest first, of equals the lower number first.
    private static List<int> Highest(ReadOnlySpan<float> scores, int count)
    {
        var best = new List<int>(count + 1);
        for (var token = 0; token < scores.Length; token++)
        {
            if (float.IsNegativeInfinity(scores[token]) || (best.Count == count && scores[token] <= scores[best[^1]]))
            {
                continue;
            }

            var place = best.Count;
            while (place > 0 && scores[token] > scores[best[place - 1]])
            {
                place--;
            }

            best.Insert(place, token);
            if (best.Count > count)
            {
                best.RemoveAt(count);
            }
        }

        return best;
    }

    private DecodedSequence Best(Source source)
    {
        if (source.Finished.Count == 0)
        {
            // Nothing was allowed to go on and nothing to end.
            return new DecodedSequence([], 0, IsComplete: false);
        }

        var (best, isComplete) = source.Finished.MaxBy(Score);
        return new DecodedSequence(best.Tokens, best.LogProbability, isComplete);
    }

    private sealed record Hypothesis(IReadOnlyList<int> Tokens, double LogProbability);

    private sealed class Source
    {
        public List<Hypothesis> Live { get; set; } = [new Hypothesis([], 0)];

        public List<(Hypothesis Hypothesis, bool IsComplete)> Finished { get; } = [];

        public bool IsDone { get; set; }
    }
}
