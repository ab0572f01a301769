using System.Security.Cryptography;
using System.Text;

namespace SeqCluster.Transfers;

/// <summary>
/// A JSON object that proves by itself that it is whole and as it was written: its first member is <c>sha256</c>, the SHA-256 of all its bytes
/// with these 64 digits as zeros. A seal against damage, not against forgery.
/// </summary>
public static class SealedManifest
{
    /// <summary>The name of the member.</summary>
    public const string Member = "sha256";

    private const int Digits = 64;
    private static readonly byte[] Begin = "{\n  \"sha256\": \""u8.ToArray();
    private static readonly byte[] Zeros = Encoding.ASCII.GetBytes(new string('0', Digits));

    /// <summary>Adds the member to an object that has members already.</summary>
    /// <param name="json">Of a whole object, in UTF-8, without a byte order mark.</param>
    /// <exception cref="ArgumentException">It does not begin as an object.</exception>
    public static byte[] Seal(ReadOnlySpan<byte> json)
    {
        if (json.Length < 2 || json[0] != '{')
        {
            throw new ArgumentException("must be a JSON object", nameof(json));
        }

        byte[] whole = [.. Begin, .. Zeros, (byte)'"', (byte)',', .. json[1..]];
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(whole)), whole.AsSpan(Begin.Length, Digits));
        return whole;
    }

    /// <summary>Whether it is sealed, and the seal fits.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> manifest)
    {
        if (manifest.Length < Begin.Length + Digits || !manifest.StartsWith(Begin))
        {
            return false;
        }

        var told = Encoding.ASCII.GetString(manifest.Slice(Begin.Length, Digits));
        byte[] blank = [.. manifest];
        Zeros.CopyTo(blank, Begin.Length);
        return told == Convert.ToHexStringLower(SHA256.HashData(blank));
    }
}
