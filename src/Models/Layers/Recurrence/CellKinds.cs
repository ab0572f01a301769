namespace SeqCluster.Models.Layers.Recurrence;

/// <summary>The recurrent cells that job files may name.</summary>
public static class CellKinds
{
    /// <summary><see cref="ElmanCell"/>.</summary>
    public const string Elman = "elman";

    /// <summary><see cref="MguCell"/>.</summary>
    public const string Mgu = "mgu";

    /// <summary><see cref="GruCell"/>, or <see cref="ResetBeforeGruCell"/>.</summary>
    public const string Gru = "gru";

    /// <summary><see cref="LstmCell"/>.</summary>
    public const string Lstm = "lstm";

    /// <summary><see cref="PeepholeLstmCell"/>.</summary>
    public const string PeepholeLstm = "lstm-peephole";

    /// <summary><see cref="CoupledLstmCell"/>.</summary>
    public const string CoupledLstm = "lstm-coupled";

    /// <summary>A cell of a kind with fresh weights.</summary>
    /// <param name="kind">Its name.</param>
    /// <param name="resetBefore">Of <see cref="Gru"/>: whether the reset gate stands before the recurrent product.</param>
    /// <param name="inputWidth">I.</param>
    /// <param name="width">H.</param>
    public static RecurrentCell New(string kind, bool resetBefore, int inputWidth, int width) => kind switch
    {
        Elman => new ElmanCell(inputWidth, width),
        Mgu => new MguCell(inputWidth, width),
        Gru when resetBefore => new ResetBeforeGruCell(inputWidth, width),
        Gru => new GruCell(inputWidth, width),
        Lstm => new LstmCell(inputWidth, width),
        PeepholeLstm => new PeepholeLstmCell(inputWidth, width),
        CoupledLstm => new CoupledLstmCell(inputWidth, width),
        _ => throw new ArgumentException($"{kind}: must be {Elman}, {Mgu}, {Gru}, {Lstm}, {PeepholeLstm} or {CoupledLstm}", nameof(kind)),
    };
}
