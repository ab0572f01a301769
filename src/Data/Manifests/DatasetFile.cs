namespace SeqCluster.Data.Manifests;

/// <summary>A file of a dataset as those who move it see it: whatever is in it.</summary>
/// <param name="RelativePath">Below the dataset's folder.</param>
/// <param name="Sha256">Of its content, 64 lower-case hexadecimal digits.</param>
/// <param name="Bytes">Its length.</param>
public sealed record DatasetFile(string RelativePath, string Sha256, long Bytes)
{
    private const int HashLength = 64;

    /// <summary>Whether hash and size can be those of a file. The path is made of the hash: a manifest from elsewhere must not name other places.</summary>
    public bool IsSound => Bytes > 0 && Sha256.Length == HashLength && !Sha256.AsSpan().ContainsAnyExcept("0123456789abcdef");
}
