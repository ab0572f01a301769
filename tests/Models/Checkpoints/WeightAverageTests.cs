using System.Runtime.InteropServices;
using SeqCluster.Models.Checkpoints;

namespace SeqCluster.Models.Tests.Checkpoints;

public sealed class WeightAverageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Of_FilesOfOneModel_IsTheMeanOfEachTensor()
    {
        var average = WeightAverage.Of([File("a", [1, 2, 0.1f], 7), File("b", [3, 2, 0.2f], 7), File("c", [8, 2, 0.4f], 7)]);
        Assert.Equal(["count", "w"], average.Select(tensor => tensor.Name));
        Assert.Equal([4, 2, (float)(((double)0.1f + 0.2f + 0.4f) / 3)], MemoryMarshal.Cast<byte, float>(average[1].Bytes).ToArray());
        Assert.Equal([7L], MemoryMarshal.Cast<byte, long>(average[0].Bytes).ToArray());
    }

    [Fact]
    public void Of_FilesThatDiffer_NamesEveryFault()
    {
        var (first, other) = (File("a", [1, 2], 7), File("b", [1, 2, 3], 7));
        var fault = Assert.Throws<InvalidDataException>(() => WeightAverage.Of([first, other])).Message;
        Assert.Contains($"{other}: w is missing or has another type or shape", fault, StringComparison.Ordinal);
        Assert.Contains("count of I64 differs", Assert.Throws<InvalidDataException>(() => WeightAverage.Of([first, File("c", [1, 2], 8)])).Message, StringComparison.Ordinal);
    }

    private string File(string name, float[] weights, long count)
    {
        var path = folder.File(name);
        SafetensorsFile.Write(path,
        [
            new NamedTensor("w", [weights.Length], weights),
            new NamedTensor("count", ElementType.Int64, [1], BitConverter.GetBytes(count)),
        ]);
        return path;
    }
}
