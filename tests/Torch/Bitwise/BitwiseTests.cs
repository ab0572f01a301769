using System.Security.Cryptography;
using SeqCluster.Bench.Training;

namespace SeqCluster.Torch.Tests.Bitwise;

/// <summary>
/// The three benchmark models have the same bits here and in python3-torch: as initialised, as differentiated, and after
/// fifteen Adam steps. Small sizes; <c>SeqCluster.Bench torch hash</c> does the measured ones.
/// </summary>
public sealed class BitwiseTests
{
    private static readonly string HashOfNothing = Convert.ToHexStringLower(SHA256.HashData([]));

    public static TheoryData<string> Models => [.. Workload.Names];

    [PeerTheory]
    [MemberData(nameof(Models))]
    public void Training_SameSeed_EqualsPythonBitForBit(string model)
    {
        var (ours, peer) = (BothSides.Ours(model), BothSides.Peer(model));

        Assert.Empty(ours.DifferencesFrom(peer));
        Assert.Equal(peer.Overall(), ours.Overall());
        Assert.NotEqual(ours.Initial.Select(entry => entry[1]), ours.Parameters.Select(entry => entry[1]));
        Assert.DoesNotContain(ours.Gradients, entry => entry[1] == HashOfNothing);
    }
}
