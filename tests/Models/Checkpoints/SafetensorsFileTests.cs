using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using SeqCluster.Models.Checkpoints;

namespace SeqCluster.Models.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static NamedTensor[] Tensors =>
    [
        new("flag", ElementType.Bool, [3], new byte[] { 1, 0, 1 }),
        new("b.weight", [2, 3], new float[] { 1, -2, 3, 0.5f, float.MaxValue, -0f }),
        new("a.weight", [2], new float[] { 7, 8 }),
        new("steps", ElementType.Int64, [], MemoryMarshal.AsBytes<long>([-5L]).ToArray()),
        new("nothing", [0, 4], ReadOnlyMemory<float>.Empty),
        new("wide", ElementType.Float64, [1, 2], MemoryMarshal.AsBytes<double>([Math.PI, 1e-300]).ToArray()),
    ];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Write_ThenRead_GivesTheSameBack()
    {
        var path = folder.File("x.safetensors");
        SafetensorsFile.Write(path, Tensors, new Dictionary<string, string> { ["step"] = "40", ["ünï\"code"] = "∑" });
        using var file = SafetensorsFile.Read(path);

        Assert.Equal(Tensors.Length, file.Tensors.Count);
        Assert.Equal("∑", file.Metadata["ünï\"code"]);
        foreach (var tensor in Tensors)
        {
            var stored = file.Find(tensor.Name)!;
            var bytes = new byte[stored.SizeBytes];
            file.CopyTo(stored, bytes);
            Assert.Equal((tensor.Type, tensor.Bytes.Length), (stored.Type, bytes.Length));
            Assert.Equal(tensor.Shape, stored.Shape);
            Assert.Equal(tensor.Bytes.ToArray(), bytes);
        }

        Assert.Null(file.Find("c"));
    }

    [Fact]
    public void Write_InAnotherOrder_GivesTheSameBytes()
    {
        SafetensorsFile.Write(folder.File("one"), Tensors);
        SafetensorsFile.Write(folder.File("two"), Tensors.Reverse());
        Assert.Equal(File.ReadAllBytes(folder.File("one")), File.ReadAllBytes(folder.File("two")));
    }

    [Fact]
    public void Write_NameTwice_IsRefusedBeforeTheFileIsTouched()
    {
        var path = folder.File("x");
        Assert.Contains("steps", Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, Tensors.Append(Tensors[3]))).Message);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void NamedTensor_BytesDoNotFillTheShape_IsRefused() =>
        Assert.Contains("8 bytes do not fill [3] of F32", Assert.Throws<ArgumentException>(() => new NamedTensor("x", [3], new float[2])).Message);

    [Fact]
    public void Sha256_OfTensors_DependsOnEverythingButTheirOrder()
    {
        var hash = WeightsHash.Sha256(Tensors);
        Assert.Equal(hash, WeightsHash.Sha256(Tensors.Reverse()));
        NamedTensor[] changed =
        [
            new("c.weight", [2], new float[] { 7, 8 }),
            new("a.weight", [1, 2], new float[] { 7, 8 }),
            new("a.weight", [2], new float[] { 7, MathF.BitIncrement(8) }),
            new("a.weight", ElementType.Int32, [2], MemoryMarshal.AsBytes<float>([7, 8]).ToArray()),
        ];
        Assert.All(changed, tensor => Assert.NotEqual(hash, WeightsHash.Sha256(Tensors.Where(known => known.Name != "a.weight").Append(tensor))));
        Assert.Throws<ArgumentException>(() => WeightsHash.Sha256(Tensors.Append(Tensors[0])));
    }

    [PythonFact]
    public void Write_ReadByPython_HasTheSameValuesAndHash()
    {
        var path = folder.File("x.safetensors");
        SafetensorsFile.Write(path, Tensors, new Dictionary<string, string> { ["step"] = "40" });
        using var answer = JsonDocument.Parse(RunPython(path));
        var tensors = answer.RootElement.GetProperty("tensors");

        Assert.Equal("40", answer.RootElement.GetProperty("metadata").GetProperty("step").GetString());
        Assert.Equal(WeightsHash.Sha256(Tensors), answer.RootElement.GetProperty("hash").GetString());
        Assert.Equal(["a.weight", "b.weight", "flag", "nothing", "steps", "wide"], tensors.EnumerateObject().Select(tensor => tensor.Name));
        Assert.All(tensors.EnumerateObject(), tensor => Assert.True(tensor.Value.GetProperty("aligned").GetBoolean()));
        Assert.Equal([1, -2, 3, 0.5, float.MaxValue, 0], tensors.GetProperty("b.weight").GetProperty("values").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal([Math.PI, 1e-300], tensors.GetProperty("wide").GetProperty("values").EnumerateArray().Select(value => value.GetDouble()));
    }

    private static string RunPython(string path)
    {
        var start = new ProcessStartInfo(PythonFactAttribute.Interpreter) { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Checkpoints/read_safetensors.py"));
        start.ArgumentList.Add(path);
        using var process = Process.Start(start)!;
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return answer;
    }
}
