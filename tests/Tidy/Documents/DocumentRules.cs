using System.Text.RegularExpressions;

namespace SeqCluster.Tidy.Tests.Documents;

/// <summary>
/// What a document quotes exists: paths, commands and names from the code. Let through is what does not speak of our code as
/// it is: a line that says "planned", and a section whose state (<c>*State: …*</c>) says "planned" or "names of the originals".
/// </summary>
/// <param name="paths">Every file and folder of the repository.</param>
/// <param name="verbs">The verbs of the command line.</param>
/// <param name="words">Every word of the code.</param>
public sealed partial class DocumentRules(IReadOnlySet<string> paths, CommandVerbs verbs, IReadOnlySet<string> words)
{
    /// <summary>Every fault of one document.</summary>
    public IEnumerable<Fault> Check(SourceFile document)
    {
        var fenced = false;
        var sectionIsChecked = true;
        for (var index = 0; index < document.Lines.Count; index++)
        {
            var line = document.Lines[index];
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                fenced = !fenced;
                continue;
            }

            sectionIsChecked = (sectionIsChecked || (!fenced && line.StartsWith('#'))) && !UncheckedState().IsMatch(line);
            if (!sectionIsChecked || Planned().IsMatch(line))
            {
                continue;
            }

            var found = fenced
                ? CheckCommand(line.Trim())
                : Spans().Matches(line).SelectMany(span => CheckSpan(span.Groups["code"].Value))
                    .Concat(Links().Matches(line).SelectMany(link => CheckLink(document, link.Groups["target"].Value)));
            foreach (var message in found)
            {
                yield return new Fault(document.Path, index + 1, message);
            }
        }
    }

    private IEnumerable<string> CheckSpan(string code)
    {
        if (code.StartsWith("./seqcluster", StringComparison.Ordinal) || code.StartsWith("seqcluster ", StringComparison.Ordinal))
        {
            return CheckCommand(code);
        }

        if (RepositoryPath().IsMatch(code))
        {
            return Exists(code.TrimEnd('/')) ? [] : [$"`{code}`: no such file or folder"];
        }

        return CodeName().IsMatch(code)
            ? code.TrimEnd('(', ')').Split('.').Where(part => !words.Contains(part)).Select(part => $"`{code}`: no {part} in the code")
            : [];
    }

    private IEnumerable<string> CheckCommand(string line)
    {
        // Of a line such as `cd x && ./seqcluster test  # comment` only the command itself.
        var command = Command().Match(line);
        if (!command.Success)
        {
            return [];
        }

        var fault = verbs.Check(command.Groups["words"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return fault is null ? [] : [$"`{command.Value.Trim()}`: {fault}"];
    }

    private IEnumerable<string> CheckLink(SourceFile document, string target)
    {
        if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith('#'))
        {
            return [];
        }

        var folder = Path.GetDirectoryName(document.Path) ?? string.Empty;
        var path = Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", folder, target.Split('#')[0]))).Replace('\\', '/');
        return paths.Contains(path) ? [] : [$"link to {target}: no such file or folder"];
    }

    // A bare file name may lie in any folder.
    private bool Exists(string path) =>
        paths.Contains(path) || (!path.Contains('/', StringComparison.Ordinal) && paths.Any(known => known.EndsWith("/" + path, StringComparison.Ordinal)));

    [GeneratedRegex(@"\bplanned\b", RegexOptions.IgnoreCase)]
    private static partial Regex Planned();

    [GeneratedRegex(@"^\*State:.*\b(?:planned|names of the originals)\b")]
    private static partial Regex UncheckedState();

    [GeneratedRegex("`(?<code>[^`]+)`")]
    private static partial Regex Spans();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"^(?:(?:src|tests|bench|standins|eng|docs|examples|k8s|\.ci)(?:/[\w.-]+)*/?|[\w.-]+\.(?:md|props|targets|sln|json|txt|cs|csproj|sh|yaml|yml))$")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"^[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+(?:\.[A-Z]\w+)*(?:\(\))?$|^[A-Z]\w+(?:\.[A-Z]\w+)+$")]
    private static partial Regex CodeName();

    [GeneratedRegex(@"(?:^|[\s;&]|/)seqcluster (?<words>[^#|;&>`]*)")]
    private static partial Regex Command();
}
