using System.CommandLine;
using System.Text.RegularExpressions;
using SeqCluster.Client;

namespace SeqCluster.Tidy.Tests.Documents;

/// <summary>The verbs and options that the command line really has: the launcher's, read from its text, and the client's.</summary>
public sealed partial class CommandVerbs
{
    private readonly RootCommand _client = CommandLine.CreateRoot();
    private readonly Dictionary<string, HashSet<string>> _launcher = [];
    private readonly HashSet<string> _everywhere = ["--help", "-h", "-?", "--version"];

    /// <summary>Reads the launcher's verbs from the case lines of its main function, and each verb's options from its own.</summary>
    /// <param name="launcher">The launcher and its parts, as one text.</param>
    public CommandVerbs(string launcher)
    {
        _everywhere.UnionWith(OptionsOf(launcher, "main"));
        foreach (Match arm in VerbArm().Matches(BodyOf(launcher, "main")))
        {
            _launcher[arm.Groups["verb"].Value] = OptionsOf(launcher, arm.Groups["function"].Value);
        }
    }

    /// <summary>What is wrong with a command line that a document quotes, or null.</summary>
    /// <param name="words">The words after <c>seqcluster</c>; those in capitals stand for something.</param>
    public string? Check(IReadOnlyList<string> words)
    {
        var options = new HashSet<string>(_everywhere);
        Command? command = _client;
        var followsOption = false;
        foreach (var word in words)
        {
            // A word after an option may be the option's value.
            var mayBeValue = followsOption;
            var name = word.Split('=')[0];
            followsOption = name.StartsWith('-');
            if (followsOption)
            {
                if (!options.Contains(name))
                {
                    return $"no option {name}";
                }
            }
            else if (command == _client && _launcher.TryGetValue(word, out var own))
            {
                options.UnionWith(own);
                command = null;
            }
            else if (command?.Subcommands.FirstOrDefault(verb => verb.Name == word) is { } verb)
            {
                options.UnionWith(verb.Options.SelectMany(option => option.Aliases.Append(option.Name)));
                command = verb;
            }
            else if (command == _client && !mayBeValue && !Placeholder().IsMatch(word))
            {
                return $"no verb {word}";
            }
        }

        return null;
    }

    private static HashSet<string> OptionsOf(string launcher, string function) =>
        [.. OptionArm().Matches(BodyOf(launcher, function)).SelectMany(arm => arm.Groups["option"].Captures).Select(option => option.Value)];

    private static string BodyOf(string launcher, string function)
    {
        var start = launcher.IndexOf($"\n{function}() {{\n", StringComparison.Ordinal);
        return start < 0 ? string.Empty : launcher[start..launcher.IndexOf("\n}\n", start, StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"^\s+(?<verb>[a-z]+)(?: \| [^)]*)?\) (?<function>run_\w+)", RegexOptions.Multiline)]
    private static partial Regex VerbArm();

    [GeneratedRegex(@"^\s+(?:(?<option>--?[a-z-]+)(?: \| )?)+\)", RegexOptions.Multiline)]
    private static partial Regex OptionArm();

    [GeneratedRegex(@"^[A-Z…\[]")]
    private static partial Regex Placeholder();
}
