namespace SeqCluster.Client.Running;

/// <summary>How a person asked for a run.</summary>
/// <param name="Workers">Local workers; null: as many as the job takes and the machine has processors for.</param>
/// <param name="Json">JSON lines instead of text.</param>
/// <param name="Plain">Plain lines instead of the live view.</param>
/// <param name="AllowedAssemblies">What the workers may load models from.</param>
internal sealed record RunOptions(int? Workers, bool Json, bool Plain, IReadOnlyList<string> AllowedAssemblies);
