using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace SeqCluster.Data.Preparation.Recordings;

/// <summary>What every source of sound has as settings.</summary>
public abstract record RecordingSettings
{
    /// <summary>Samples a second.</summary>
    [Description("Samples a second. A recording of another rate is refused, not resampled.")]
    [Range(100, 192_000)]
    public int Rate { get; init; } = 8_000;

    /// <summary>How amplitudes become levels.</summary>
    [Description("How amplitudes become levels: muLaw (256, for a softmax) or linear16 (65,536, for a mixture of logistics).")]
    [AllowedValues("muLaw", "linear16")]
    public string Quantization { get; init; } = "muLaw";

    /// <summary>F.</summary>
    [Description("Band powers (mel scale) that each sample is conditioned on, as a vocoder is; 0 for none.")]
    [Range(0, 256)]
    public int Features { get; init; }

    /// <summary>Samples that have the same ones.</summary>
    [Description("Samples that have the same band powers.")]
    [Range(1, 65_536)]
    public int FeatureHop { get; init; } = 80;

    /// <summary>Held out.</summary>
    [Description("Held out for evaluation: whole recordings, evenly spread over their list; where that would be none, the end of each.")]
    [Range(0.0, 0.5)]
    public double ValidationFraction { get; init; } = 0.1;
}
