using System.ComponentModel.DataAnnotations;
using YamlDotNet.RepresentationModel;

namespace SeqCluster.JobFiles;

/// <summary>
/// Reads sections whose fields depend on their field <c>kind</c> (<c>model</c>, <c>data</c>): the settings are read by that kind's own
/// type, beside the field <c>kind</c>.
/// </summary>
internal sealed class KindBinder(FieldTree tree, FieldBinder binder, List<JobFault> faults)
{
    private const string KindField = "kind";

    /// <summary>The settings, or null when the section is missing or its kind unknown.</summary>
    /// <param name="section">Its name.</param>
    /// <param name="kinds">What may be named.</param>
    /// <param name="defaultKind">The kind of a section that names none; null when it must.</param>
    public object? Bind(string section, IReadOnlyList<(string Kind, Type Type)> kinds, string? defaultKind)
    {
        var node = tree.Members(tree.Root).FirstOrDefault(member => member.Name == section).Value;
        if (node is null && defaultKind is not null)
        {
            // Bound from nothing, so that the missing fields of the default kind are told of.
            node = new FieldNode(new YamlMappingNode(), tree.Root.Place, section);
        }

        if (node?.Node is not YamlMappingNode mapping)
        {
            return null;
        }

        var kind = tree.Members(node).FirstOrDefault(member => member.Name == KindField).Value;
        var wanted = kind is null ? defaultKind : kind.Text;
        var type = kinds.FirstOrDefault(known => known.Kind == wanted).Type;
        if (type is null)
        {
            binder.Ignore(node, mapping);
            if (kind is not null)
            {
                faults.Add(new JobFault(kind.Place, kind.Path, kind.Shown, $"must be {FieldRule.JoinOr([.. kinds.Select(known => known.Kind)])}"));
            }

            return null;
        }

        var settings = binder.Bind(type, node, KindField);
        if (settings is IValidatableObject validatable)
        {
            binder.Check(validatable, node);
        }

        binder.Ignore(node, mapping);
        return settings;
    }
}
