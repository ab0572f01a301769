namespace SeqCluster.Models.Layers.Alignment;

/// <summary>The alignment scores that job files may name.</summary>
public static class AlignmentKinds
{
    /// <summary>No attention.</summary>
    public const string None = "none";

    /// <summary><see cref="GeneralScore"/>.</summary>
    public const string General = "general";

    /// <summary><see cref="CosineScore"/>.</summary>
    public const string Content = "content";

    /// <summary><see cref="AdditiveScore"/>.</summary>
    public const string Additive = "additive";

    /// <summary><see cref="LocationScore"/>.</summary>
    public const string Location = "location";

    /// <summary><see cref="DotScore"/>.</summary>
    public const string Dot = "dot";

    /// <summary><see cref="DotScore"/>, scaled.</summary>
    public const string ScaledDot = "scaled-dot";

    /// <summary>A score of a kind with fresh weights; null for <see cref="None"/>.</summary>
    /// <param name="kind">Its name.</param>
    /// <param name="width">C.</param>
    /// <param name="sourcePlaces">The longest source.</param>
    public static AlignmentScore? New(string kind, int width, int sourcePlaces) => kind switch
    {
        None => null,
        General => new GeneralScore(width),
        Content => new CosineScore(),
        Additive => new AdditiveScore(width),
        Location => new LocationScore(width, sourcePlaces),
        Dot => new DotScore(isScaled: false),
        ScaledDot => new DotScore(isScaled: true),
        _ => throw new ArgumentException($"{kind}: must be {None}, {General}, {Content}, {Additive}, {Location}, {Dot} or {ScaledDot}", nameof(kind)),
    };
}
