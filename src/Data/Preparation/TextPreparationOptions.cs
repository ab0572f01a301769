namespace SeqCluster.Data.Preparation;

/// <summary>How text becomes a dataset.</summary>
/// <param name="BaseFolder">Relative paths start here: the job file's folder.</param>
/// <param name="Path">Files, folders, patterns.</param>
/// <param name="Tokenizer"><c>char</c> or <c>byte</c>.</param>
/// <param name="ValidationFraction">The last part of the text held out, 0 to 0.5.</param>
/// <param name="MinimumTokens">A split that is not empty must have at least this many: one block and its last target.</param>
public sealed record TextPreparationOptions(
    string BaseFolder,
    IReadOnlyList<string> Path,
    string Tokenizer,
    double ValidationFraction,
    int MinimumTokens);
