using System.CommandLine;
using System.Globalization;

namespace SeqCluster.Client.Commands;

/// <summary>How sequences are decoded; what is not given is as the job had it.</summary>
internal sealed class DecodingOptions
{
    private readonly Option<int?> beam = new("--beam") { Description = "Hypotheses that are followed at a time; 1 is greedy. Default: as the job has it.", HelpName = "N" };
    private readonly Option<double?> penalty = new("--length-penalty") { Description = "Exponent of the length penalty of beams. Default: as the job has it." };
    private readonly Option<int?> longest = new("--maximum-length") { Description = "Tokens of a target at most. Default: as the job has it." };

    public DecodingOptions()
    {
        beam.Require(value => value is null or (>= 1 and <= 100), "must be from 1 to 100");
        penalty.Require(value => value is null or (>= 0 and <= 10), "must be from 0 to 10");
        longest.Require(value => value is null or > 0, "must be 1 or more");
    }

    public void AddTo(Command command) => Array.ForEach<Option>([beam, penalty, longest], command.Options.Add);

    /// <summary>The worker program's words for them.</summary>
    public IEnumerable<string> ToArguments(ParseResult line) =>
        new (string Name, IFormattable? Value)[] { (beam.Name, line.GetValue(beam)), (penalty.Name, line.GetValue(penalty)), (longest.Name, line.GetValue(longest)) }
            .Where(option => option.Value is not null)
            .Select(option => $"{option.Name}={option.Value!.ToString(null, CultureInfo.InvariantCulture)}");
}
