using System.ComponentModel.DataAnnotations;
using YamlDotNet.RepresentationModel;

namespace SeqCluster.JobFiles;

/// <summary>
/// Fills an object from the tree by its fields' rules. Collects every fault; a field that is wrong or missing keeps its
/// default, so that one fault does not hide the next.
/// </summary>
internal sealed class FieldBinder(FieldTree tree, List<JobFault> faults)
{
    /// <summary>Fields that the caller reads itself, by path.</summary>
    private readonly HashSet<string> handled = [];

    public object Bind(Type type, FieldNode node, params ReadOnlySpan<string> otherFields)
    {
        foreach (var field in otherFields)
        {
            handled.Add(node.Path.Length == 0 ? field : $"{node.Path}.{field}");
        }

        var rules = FieldRule.Of(type);
        var result = CreateWithDefaults(type);
        var given = new HashSet<string>();
        foreach (var (name, value) in tree.Members(node))
        {
            given.Add(name);
            if (rules.FirstOrDefault(rule => rule.Name == name) is { } rule)
            {
                BindField(result, rule, value);
            }
            else if (!handled.Contains(value.Path))
            {
                faults.Add(new JobFault(value.Place, value.Path, null, UnknownField(name, rules)));
            }
        }

        foreach (var rule in rules.Where(rule => rule.IsRequired && !given.Contains(rule.Name)))
        {
            AddMissing(result, rule, node);
        }

        return result;
    }

    /// <summary>Takes all members of a mapping for known: somebody else has read them.</summary>
    public void Ignore(FieldNode node, YamlMappingNode mapping) =>
        handled.UnionWith(mapping.Children.Keys.Select(key => $"{node.Path}.{((YamlScalarNode)key).Value}"));

    /// <summary>Runs the checks that need more than one field.</summary>
    public void Check(IValidatableObject value, FieldNode node)
    {
        foreach (var fault in value.Validate(new ValidationContext(value)))
        {
            var member = fault.MemberNames.FirstOrDefault() ?? "";
            var name = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(member);
            var found = tree.Members(node).FirstOrDefault(entry => entry.Name == name).Value;
            var path = member.Length == 0 ? node.Path : node.Path.Length == 0 ? name : $"{node.Path}.{name}";
            faults.Add(new JobFault(found?.Place ?? node.Place, path, found?.Shown, fault.ErrorMessage ?? "is not allowed"));
        }
    }

    private static object CreateWithDefaults(Type type) =>
        type.GetConstructor(Type.EmptyTypes)?.Invoke(null)
        ?? throw new NotSupportedException($"{type}: a section of a job file needs a constructor without parameters");

    private void BindField(object target, FieldRule rule, FieldNode value)
    {
        if (rule.IsSection)
        {
            if (value.Node is YamlMappingNode)
            {
                rule.Property.SetValue(target, Bind(rule.Type, value));
                return;
            }
        }
        else if (rule.IsFree)
        {
            if (value.Node is YamlMappingNode mapping)
            {
                rule.Property.SetValue(target, FreeMapping.ToJson(mapping));
                return;
            }
        }
        else if (rule.Type == typeof(List<string>))
        {
            if (Texts(value) is { } texts)
            {
                rule.Property.SetValue(target, texts);
                return;
            }
        }
        else if (value.Text is { } text)
        {
            var (parsed, fault) = rule.Parse(text);
            if (fault is null)
            {
                rule.Property.SetValue(target, parsed);
                return;
            }
        }

        faults.Add(new JobFault(value.Place, value.Path, value.Shown, rule.Allowed));
        if (rule.IsSection && rule.Property.GetValue(target) is null)
        {
            rule.Property.SetValue(target, CreateWithDefaults(rule.Type));
        }
    }

    private static List<string>? Texts(FieldNode value) => value.Node switch
    {
        YamlScalarNode { Value.Length: > 0 } scalar => [scalar.Value],
        YamlSequenceNode { Children.Count: > 0 } list when list.Children.All(item => item is YamlScalarNode { Value.Length: > 0 }) =>
            [.. list.Children.Select(item => ((YamlScalarNode)item).Value!)],
        _ => null,
    };

    private void AddMissing(object target, FieldRule rule, FieldNode node)
    {
        var path = node.Path.Length == 0 ? rule.Name : $"{node.Path}.{rule.Name}";
        faults.Add(new JobFault(node.Place, path, null, $"is missing: {rule.Allowed}. {rule.Description}"));
        if (rule.IsSection)
        {
            // Bound from nothing, so that the section's own missing fields are told of as well.
            var empty = new FieldNode(new YamlMappingNode(), node.Place, path);
            rule.Property.SetValue(target, Bind(rule.Type, empty));
        }
    }

    private static string UnknownField(string name, IReadOnlyList<FieldRule> rules)
    {
        var nearest = rules.Select(rule => rule.Name).MinBy(known => Distance(known, name));
        var known = string.Join(", ", rules.Select(rule => rule.Name));
        return nearest is not null && Distance(nearest, name) <= 2
            ? $"unknown field: did you mean {nearest}? Known here: {known}"
            : $"unknown field. Known here: {known}";
    }

    // Levenshtein's distance, letter case ignored.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitution = diagonal + (char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
