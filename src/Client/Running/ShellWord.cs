namespace SeqCluster.Client.Running;

/// <summary>Words of a command line that a person is to paste into a shell.</summary>
internal static class ShellWord
{
    private const string Plain = "-_./:=,+@%";

    /// <summary>The word as a POSIX shell reads it back.</summary>
    public static string Of(string word) => word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || Plain.Contains(letter, StringComparison.Ordinal))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
