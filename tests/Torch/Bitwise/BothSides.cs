using SeqCluster.Bench.Training;

namespace SeqCluster.Torch.Tests.Bitwise;

/// <summary>The small benchmark models trained by us and by python3-torch, once for all tests, each in its own process.</summary>
internal static class BothSides
{
    private static readonly Lazy<(string? WhyNot, TaskReport Ours, TaskReport Peer)> Trained = new(Train);

    /// <summary>Why the two cannot be compared bit for bit on this machine; null if they can.</summary>
    public static string? WhyNot => Trained.Value.WhyNot;

    public static ModelHashes Ours(string model) => Trained.Value.Ours.Models.Single(hashes => hashes.Model == model);

    public static ModelHashes Peer(string model) => Trained.Value.Peer.Models.Single(hashes => hashes.Model == model);

    private static (string? WhyNot, TaskReport Ours, TaskReport Peer) Train()
    {
        var nothing = new TaskReport();
        if (Contender.WhyNoPeerAsync(Contender.DefaultPython, default).GetAwaiter().GetResult() is { } reason)
        {
            return (reason, nothing, nothing);
        }

        var (ours, peer) = (Hash(Contender.Ours), Hash(Contender.Peer(Contender.DefaultPython)));
        var same = ours.Libraries.SequenceEqual(peer.Libraries);
        return (
            same ? null : $"ours loads {string.Join(", ", ours.Libraries)}, python {string.Join(", ", peer.Libraries)}: "
                + "only one LibTorch with one BLAS gives one set of bits",
            ours,
            peer);
    }

    private static TaskReport Hash(Contender side) =>
        side.RunAsync("hash", ["--size", "small"], null, default).GetAwaiter().GetResult().Report;
}
