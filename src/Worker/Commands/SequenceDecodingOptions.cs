using System.CommandLine;
using SeqCluster.Contracts.Jobs;

namespace SeqCluster.Worker.Commands;

/// <summary>The options with which sequences are decoded; what is not given is as the job had it.</summary>
internal sealed class SequenceDecodingOptions
{
    private readonly Option<int?> beam = new("--beam") { Description = "Hypotheses that are followed at a time; 1 is greedy." };
    private readonly Option<double?> penalty = new("--length-penalty") { Description = "Exponent of the length penalty of beams." };
    private readonly Option<int?> longest = new("--maximum-length") { Description = "Tokens of a target at most." };

    public void AddTo(Command command) => Array.ForEach<Option>([beam, penalty, longest], command.Options.Add);

    /// <summary>The job's settings with those of the command line laid over them.</summary>
    public EvaluateSpec Over(EvaluateSpec spec, ParseResult line) => spec with
    {
        BeamWidth = line.GetValue(beam) ?? spec.BeamWidth,
        LengthPenaltyAlpha = line.GetValue(penalty) ?? spec.LengthPenaltyAlpha,
        MaximumLength = line.GetValue(longest) ?? spec.MaximumLength,
    };
}
