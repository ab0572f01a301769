using System.Text.RegularExpressions;

namespace SeqCluster.Tidy.Tests.Documents;

/// <summary>The documents as they are, held to the code as it is.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Documents_WhatTheyQuote_Exists()
    {
        var documents = Repository.Texts.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal)).ToList();
        var paths = Repository.Files.Concat(Repository.Folders).ToHashSet();
        var words = Repository.Texts.Except(documents).SelectMany(file => Word().Matches(file.Text)).Select(word => word.Value).ToHashSet();
        var rules = new DocumentRules(paths, new CommandVerbs(LauncherText()), words);

        Assert.NotEmpty(documents);
        Fault.AssertNone(documents.SelectMany(rules.Check));
    }

    internal static string LauncherText() => string.Concat(Repository.Texts
        .Where(file => file.Path == "seqcluster" || file.IsUnder("eng/launcher"))
        .Select(file => file.Text));

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
