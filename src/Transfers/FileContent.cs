using System.Buffers;
using System.Security.Cryptography;

namespace SeqCluster.Transfers;

/// <summary>A file as it must be at its destination: who receives it refuses anything else.</summary>
/// <param name="Name">For people.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its content, 64 lower-case hexadecimal digits.</param>
public sealed record FileContent(string Name, long Bytes, string Sha256)
{
    private const int MostNameLength = 64;
    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether a text can be a hash; no other one becomes part of a path.</summary>
    public static bool IsSha256(string? text) => text is { Length: 2 * SHA256.HashSizeInBytes } && !text.AsSpan().ContainsAnyExcept(Digits);

    /// <summary>Whether a text is the name of a file and nothing else: lower-case letters, digits, '-', and a dot inside. No other one becomes part of a path.</summary>
    public static bool IsPlainName(string? text) =>
        text is { Length: > 0 and <= MostNameLength } && !text.AsSpan().ContainsAnyExcept(NameLetters) && char.IsAsciiLetterLower(text[0]) && !text.Contains("..", StringComparison.Ordinal);

    /// <summary>The hash of a file on this machine.</summary>
    public static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Describes a file on this machine.</summary>
    public static FileContent Of(string path) => new(Path.GetFileName(path), new FileInfo(path).Length, HashOf(path));

    /// <summary>Whether a file is this one; false when there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">What is wrong with it; empty when nothing is.</param>
    public bool IsAt(string path, out string fault)
    {
        var file = new FileInfo(path);
        fault = !file.Exists ? "missing"
            : file.Length != Bytes ? $"{file.Length} bytes, not {Bytes}"
            : HashOf(path) is var hash && hash != Sha256 ? $"SHA-256 is {hash}, not {Sha256}"
            : "";
        return fault.Length == 0;
    }
}
