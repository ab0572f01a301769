using YamlDotNet.RepresentationModel;

namespace SeqCluster.JobFiles;

/// <summary>A value of the file or of an override, with the place to name when it is wrong.</summary>
internal sealed record FieldNode(YamlNode Node, string Place, string Path)
{
    public string? Text => Node is YamlScalarNode scalar ? scalar.Value ?? "" : null;

    /// <summary>The value as a fault shows it: one line, not too long.</summary>
    public string Shown => Node switch
    {
        YamlScalarNode scalar => Shorten(scalar.Value ?? ""),
        YamlSequenceNode sequence => Shorten($"[{string.Join(", ", sequence.Children)}]"),
        _ => "{…}",
    };

    private static string Shorten(string text) => text.ReplaceLineEndings(" ") is { Length: > 60 } line ? line[..57] + "…" : text.ReplaceLineEndings(" ");
}
