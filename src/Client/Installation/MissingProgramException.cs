namespace SeqCluster.Client.Installation;

/// <summary>A sibling's program is not there.</summary>
/// <param name="name">Its name.</param>
/// <param name="folders">Where it was looked for.</param>
public sealed class MissingProgramException(string name, IReadOnlyList<string> folders)
    : Exception($"{name} is not built (looked in {string.Join(", ", folders)}): run ./seqcluster setup, or name its folder by {Executables.FolderVariable}");
