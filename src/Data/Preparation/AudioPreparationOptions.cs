namespace SeqCluster.Data.Preparation;

/// <summary>How recordings become a dataset.</summary>
/// <param name="Rate">Samples a second that every recording has.</param>
/// <param name="Quantization">How amplitudes become levels, by its name.</param>
/// <param name="Class">A regular expression over each file's path from the folder of the job file; what its first group matches is the recording's class. Empty: no classes.</param>
/// <param name="FeatureBands">Band powers that each place is conditioned on; 0 for none.</param>
/// <param name="FeatureHop">Samples that have the same ones.</param>
/// <param name="ValidationFraction">
/// Held out, 0 to 0.5: whole recordings, evenly spread over their list; where those would be none, the end of each.
/// </param>
public sealed record AudioPreparationOptions(
    int Rate,
    string Quantization,
    string Class,
    int FeatureBands,
    int FeatureHop,
    double ValidationFraction);
