using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SeqCluster.JobFiles;

/// <summary>
/// The file as a tree of fields, overrides laid over it. JSON is read by the same parser: it is YAML.
/// Knows places, not meanings.
/// </summary>
internal sealed class FieldTree
{
    /// <summary>A job file is a page of text; a larger one is a mistake or an attack.</summary>
    public const int MaximumCharacters = 1 << 20;

    private readonly Dictionary<YamlNode, string> overridden = [];
    private readonly string name;

    private FieldTree(string name, YamlMappingNode root)
    {
        this.name = name;
        Root = new FieldNode(root, name, "");
    }

    public FieldNode Root { get; }

    public static FieldTree? Parse(string name, string text, IReadOnlyList<string> overrides, List<JobFault> faults)
    {
        if (text.Length > MaximumCharacters)
        {
            faults.Add(new JobFault(name, "", null, $"{text.Length:N0} characters, a job file has at most {MaximumCharacters:N0}"));
            return null;
        }

        var root = ParseYaml(name, text, faults);
        if (root is not YamlMappingNode mapping)
        {
            if (root is not null)
            {
                faults.Add(new JobFault($"{name}:{root.Start.Line}", "", null, "must be a mapping of fields, for example 'train: {steps: 100}'"));
            }

            return null;
        }

        var tree = new FieldTree(name, mapping);
        foreach (var entry in overrides)
        {
            tree.Override(mapping, entry, faults);
        }

        return tree;
    }

    /// <summary>The members of a mapping, in the file's order.</summary>
    public IEnumerable<(string Name, FieldNode Value)> Members(FieldNode parent)
    {
        foreach (var (key, value) in ((YamlMappingNode)parent.Node).Children)
        {
            var member = ((YamlScalarNode)key).Value ?? "";
            var path = parent.Path.Length == 0 ? member : $"{parent.Path}.{member}";
            yield return (member, new FieldNode(value, PlaceOf(key, value), path));
        }
    }

    /// <summary>Whether this value came from an override.</summary>
    public bool IsOverridden(FieldNode node) => overridden.ContainsKey(node.Node);

    private string PlaceOf(YamlNode key, YamlNode value) => overridden.TryGetValue(value, out var place)
        ? place
        : string.Create(CultureInfo.InvariantCulture, $"{name}:{key.Start.Line}");

    private static YamlNode? ParseYaml(string name, string text, List<JobFault> faults)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 1 && OnlyPlainKeys(stream.Documents[0].RootNode, depth: 0))
            {
                return stream.Documents[0].RootNode;
            }

            faults.Add(new JobFault(name, "", null, stream.Documents.Count == 0
                ? "the file is empty"
                : "must be one document of plain fields: no second document, no anchors, no nesting beyond 16"));
        }
        catch (YamlException fault)
        {
            faults.Add(new JobFault($"{name}:{fault.Start.Line}", "", null, $"not YAML or JSON: {(fault.InnerException ?? fault).Message}"));
        }
        catch (InvalidOperationException)
        {
            // The scanner's way to say that the text ends inside a [ or {.
            faults.Add(new JobFault(name, "", null, "not YAML or JSON: the text ends inside a [ or {"));
        }

        return null;
    }

    // An alias could make a tree that is small in the file and endless in memory.
    private static bool OnlyPlainKeys(YamlNode node, int depth) => depth < 16 && node.Anchor.IsEmpty && node switch
    {
        YamlMappingNode mapping => mapping.Children.All(child => child.Key is YamlScalarNode && OnlyPlainKeys(child.Value, depth + 1)),
        YamlSequenceNode sequence => sequence.Children.All(child => OnlyPlainKeys(child, depth + 1)),
        _ => true,
    };

    private void Override(YamlMappingNode root, string entry, List<JobFault> faults)
    {
        var equals = entry.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? [] : entry[..equals].Split('.');
        if (path.Length == 0 || path.Any(part => part.Length == 0))
        {
            faults.Add(new JobFault($"--set {entry}", "", null, "must be path=value, for example train.steps=50"));
            return;
        }

        var value = ParseYaml($"--set {entry}", entry[(equals + 1)..], equals + 1 == entry.Length ? [] : faults) ?? new YamlScalarNode("");
        var parent = root;
        foreach (var part in path[..^1])
        {
            if (!parent.Children.TryGetValue(part, out var child) || child is not YamlMappingNode section)
            {
                parent.Children[part] = section = new YamlMappingNode();
                overridden[section] = "--set";
            }

            parent = section;
        }

        parent.Children[path[^1]] = value;
        overridden[value] = "--set";
    }
}
