namespace SeqCluster.Silo.Tests.Fuzzing;

/// <summary>Random numbers of one input, the same in every process: what a printed seed replays. (<see cref="HashCode"/> is another one in each.)</summary>
internal static class FuzzRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>Those of an input.</summary>
    /// <param name="seed">Of the run.</param>
    /// <param name="index">Of the input.</param>
    /// <param name="stream">Which kind of input.</param>
    public static Random Of(int seed, int index, int stream) =>
        new((int)((((((ulong)(uint)seed * Golden) ^ (uint)index) * Golden) ^ (uint)stream) * Golden >> 33));
}
