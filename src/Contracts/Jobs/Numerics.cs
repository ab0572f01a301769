namespace SeqCluster.Contracts.Jobs;

/// <summary>What a job's <c>numerics</c> may be: which workers may share it, and with which instructions they compute.</summary>
public static class Numerics
{
    /// <summary>Workers of one numerical environment, each as its machine computes best.</summary>
    public const string Native = "native";

    /// <summary>Workers of one LibTorch and one BLAS, all held to the same instruction set, whatever their processors are.</summary>
    public const string Portable = "portable";

    /// <summary>Any workers. The members of a run agree; another run may come to other bits.</summary>
    public const string Any = "any";
}
