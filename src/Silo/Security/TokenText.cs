using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SeqCluster.Contracts.Access;

namespace SeqCluster.Silo.Security;

/// <summary>What tokens look like, and their hashes.</summary>
internal static class TokenText
{
    /// <summary>A longer text is no token.</summary>
    public const int MaximumLength = 200;

    /// <summary>A shorter text from outside could be guessed.</summary>
    public const int MinimumGivenLength = 32;

    private const int RandomBytes = 32;
    private const string IdLetters = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdLetterCount = 8;

    /// <summary>A new token; its beginning tells people and scanners of leaked secrets what it is.</summary>
    public static string Create(TokenKind kind) =>
        (kind switch { TokenKind.Client => "sqc_", TokenKind.Worker => "sqw_", _ => "sqm_" }) + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>A new id, which is no secret.</summary>
    public static string NewId() => RandomNumberGenerator.GetString(IdLetters, IdLetterCount);

    /// <summary>SHA-256 as it is kept.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Takes as long for a wrong hash as for the right one.</summary>
    public static bool AreEqual(string hash, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(other));
}
