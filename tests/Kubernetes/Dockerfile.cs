using System.Text.RegularExpressions;

namespace SeqCluster.Kubernetes.Tests;

/// <summary>What k8s/Dockerfile says, as far as others depend on it.</summary>
internal static partial class Dockerfile
{
    /// <summary>Its text.</summary>
    public static string Text { get; } = File.ReadAllText(Path.Combine(Manifests.Root, "k8s", "Dockerfile"));

    /// <summary>The number of the user that the programs run as.</summary>
    public static string User => UserLine().Match(Text).Groups["user"].Value;

    /// <summary>The lines of one stage.</summary>
    public static string Stage(string name) => Stages().Matches(Text).Single(stage => stage.Groups["name"].Value == name).Value;

    [GeneratedRegex(@"^USER (?<user>\d+):", RegexOptions.Multiline)]
    private static partial Regex UserLine();

    [GeneratedRegex(@"^FROM \S+ AS (?<name>\w+)$(?:\n(?!FROM ).*)*", RegexOptions.Multiline)]
    private static partial Regex Stages();
}
