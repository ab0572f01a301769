using YamlDotNet.RepresentationModel;

namespace SeqCluster.Kubernetes.Tests;

/// <summary>A place in a YAML document that may not be there: asking further gives another one that is not there.</summary>
/// <param name="Yaml">null when nothing is there.</param>
public readonly record struct Node(YamlNode? Yaml)
{
    /// <summary>The text of a scalar; empty when it is none.</summary>
    public string Text => (Yaml as YamlScalarNode)?.Value ?? "";

    /// <summary>Whether something is there.</summary>
    public bool Exists => Yaml is not null;

    /// <summary>The entries of a list.</summary>
    public IEnumerable<Node> Items => Yaml is YamlSequenceNode list ? list.Select(static item => new Node(item)) : [];

    /// <summary>The entries of a mapping whose values are texts.</summary>
    public IReadOnlyDictionary<string, string> Texts => Yaml is YamlMappingNode map
        ? map.Children.ToDictionary(static pair => ((YamlScalarNode)pair.Key).Value!, static pair => new Node(pair.Value).Text)
        : new Dictionary<string, string>();

    /// <summary>The value under a key, down a path of keys.</summary>
    public Node this[params string[] path] => path.Aggregate(this, static (node, key) =>
        node.Yaml is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? new Node(value) : default);

    /// <summary>Whether labels that are asked for are all there.</summary>
    public bool Selects(Node labels) => Texts.Count > 0 && Texts.All(pair => labels.Texts.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
