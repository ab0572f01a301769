using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SeqCluster.Models.Decoding;

/// <summary>
/// A matrix and a bias for y = b + W x with one vector x at a time. Four hardware vectors of rows form a tile; a tile's rows lie
/// together, column by column, so that its sums stay in registers while its columns stream by.
/// </summary>
internal sealed class PackedMatrix
{
    private const int VectorsPerTile = 4;

    private static readonly int TileRows = VectorsPerTile * Vector<float>.Count;

    private readonly float[] tiles;
    private readonly float[] bias;

    /// <summary>Packs a matrix.</summary>
    /// <param name="rows">Length of y.</param>
    /// <param name="columns">Length of x.</param>
    /// <param name="weight">The element at a row and a column.</param>
    /// <param name="bias">[rows].</param>
    public PackedMatrix(int rows, int columns, Func<int, int, float> weight, ReadOnlySpan<float> bias)
    {
        Rows = rows;
        Columns = columns;
        PaddedRows = (rows + TileRows - 1) / TileRows * TileRows;
        tiles = new float[PaddedRows * columns];
        this.bias = new float[PaddedRows];
        bias.CopyTo(this.bias);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                tiles[(row / TileRows * TileRows * columns) + (column * TileRows) + (row % TileRows)] = weight(row, column);
            }
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Room that y needs; what is beyond <see cref="Rows"/> is 0.</summary>
    public int PaddedRows { get; }

    /// <summary>y = b + W x.</summary>
    public void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        bias.CopyTo(y);
        AddTo(x, y);
    }

    /// <summary>y ← y + W x.</summary>
    public void AddTo(ReadOnlySpan<float> x, Span<float> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, Columns, nameof(x));
        ArgumentOutOfRangeException.ThrowIfLessThan(y.Length, PaddedRows, nameof(y));
        var width = Vector<float>.Count;
        ref var weight = ref MemoryMarshal.GetArrayDataReference(tiles);
        for (var row = 0; row < PaddedRows; row += TileRows)
        {
            ref var sums = ref Unsafe.Add(ref MemoryMarshal.GetReference(y), row);
            var (sum0, sum1) = (Vector.LoadUnsafe(ref sums), Vector.LoadUnsafe(ref sums, (nuint)width));
            var (sum2, sum3) = (Vector.LoadUnsafe(ref sums, (nuint)(2 * width)), Vector.LoadUnsafe(ref sums, (nuint)(3 * width)));
            foreach (var element in x)
            {
                var factor = new Vector<float>(element);
                sum0 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref weight), sum0);
                sum1 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref weight, (nuint)width), sum1);
                sum2 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref weight, (nuint)(2 * width)), sum2);
                sum3 = Vector.FusedMultiplyAdd(factor, Vector.LoadUnsafe(ref weight, (nuint)(3 * width)), sum3);
                weight = ref Unsafe.Add(ref weight, TileRows);
            }

            sum0.StoreUnsafe(ref sums);
            sum1.StoreUnsafe(ref sums, (nuint)width);
            sum2.StoreUnsafe(ref sums, (nuint)(2 * width));
            sum3.StoreUnsafe(ref sums, (nuint)(3 * width));
        }
    }
}
