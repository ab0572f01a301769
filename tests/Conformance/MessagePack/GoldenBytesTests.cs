using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MessagePack;

namespace SeqCluster.Conformance.Tests.MessagePackSuite;

/// <summary>The bytes of python3-msgpack (vectors.json, written by vectors.py) against ours, both ways.</summary>
public sealed class GoldenBytesTests
{
    private static readonly Dictionary<string, Vector> Vectors = Load();

    private static readonly DateTime At = DateTime.UnixEpoch.AddSeconds(1_700_000_000);

    private static IEnumerable<string> Named(string kind) => Vectors.Keys.Where(name => name.StartsWith(kind + " ", StringComparison.Ordinal));

    [Fact]
    public void Integers_AllEdges_EqualTheVectorsInEveryTypeThatHoldsThem()
    {
        foreach (string name in Named("integer"))
        {
            Int128 value = Int128.Parse(Vectors[name].Value!, CultureInfo.InvariantCulture);
            if (value <= long.MaxValue)
                Check(name, (long)value);
            if (value >= 0)
                Check(name, (ulong)value);
            if (value == (int)value)
                Check(name, (int)value);
            if (value >= 0 && value <= uint.MaxValue)
                Check(name, (uint)value);
            if (value == (short)value)
                Check(name, (short)value);
            if (value >= 0 && value <= ushort.MaxValue)
                Check(name, (ushort)value);
            if (value >= 0 && value <= byte.MaxValue)
                Check(name, (byte)value);
            if (value == (sbyte)value)
                Check(name, (sbyte)value);
        }
    }

    [Fact]
    public void Floats_AllEdges_EqualTheVectors()
    {
        foreach (string name in Named("double").Where(name => Vectors[name].Value != null))
            Check(name, Parse(Vectors[name].Value!));
        foreach (string name in Named("single").Where(name => Vectors[name].Value != null))
            Check(name, (float)Parse(Vectors[name].Value!));

        static double Parse(string text) => text switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => double.Parse(text, CultureInfo.InvariantCulture),
        };
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void TextAndBinary_AtTheEdgesOfTheirHeaders_EqualTheVectors(int length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(7);
        Check($"text {length}", new string('a', length));
        Check($"binary {length}", bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void ArraysAndMaps_AtTheEdgesOfTheirHeaders_EqualTheVectors(int count)
    {
        Check($"array {count}", new int[count]);
        Vector map = Vectors[$"map {count}"];
        byte[] written = MessagePackSerializer.Serialize(Enumerable.Range(0, count).ToDictionary(n => n, _ => 0));
        Assert.Equal(map.Length, written.Length);
        Assert.Equal(map.Head, written.Take(map.Head.Length));
    }

    [Fact]
    public void Timestamps_InAllThreeLengths_EqualTheVectors()
    {
        HashSet<int> lengths = [];
        foreach (string name in Named("timestamp"))
        {
            long[] parts = [.. Vectors[name].Value!.Split(' ').Select(part => long.Parse(part, CultureInfo.InvariantCulture))];
            Check(name, DateTime.UnixEpoch.AddSeconds(parts[0]).AddTicks(parts[1] / 100));
            lengths.Add(Vectors[name].Length);
        }

        Assert.Equal([6, 10, 15], lengths.Order());
    }

    [Fact]
    public void ScalarsWithAgreedFormats_EqualTheVectors()
    {
        Check<string?>("nil", null);
        Check("true", true);
        Check("false", false);
        Check("unicode", "gr\u00fc\u00dfe \u4f60\u597d \U0001f600");
        Check("guid", Guid.Parse("01234567-89ab-cdef-0123-456789abcdef"));
        Check("decimal", decimal.MinValue);
        Check("time span", TimeSpan.FromHours(1));
        Check("date time offset", new DateTimeOffset(At).ToOffset(TimeSpan.FromHours(1)));
        Check("address", new Uri("https://example.org/a?b=c"));
        Check("character", '\u20ac');
        Check("integer 1", Phase.Training);
        Check("integer -9223372036854775808", Wide.Huge);
    }

    [Fact]
    public void Composites_EqualTheVectors()
    {
        Check("single array", new[] { 1f, -2.5f, 0f });
        Check("double array", new[] { 1.0, -2.5, 0.0 });
        Check("tuple", (1, "two", (string?)null));
        Check("tuple", Tuple.Create(1, "two", (string?)null));
        Check("nested", new Dictionary<string, List<int[]>> { ["a"] = [[1], [2, 3]], ["b"] = [] });
        Check<ICommand>("union", new Resize(640, 480));
    }

    [Fact]
    public void Objects_EqualTheVectors()
    {
        Vector vector = Vectors["heartbeat"];
        var heartbeat = new Heartbeat(3, 123456, "worker-03", 0.25f, true, At, null, [1, 2], [1, 2, 3]);
        Assert.Equal(vector.Head, MessagePackSerializer.Serialize(heartbeat));
        Heartbeat read = MessagePackSerializer.Deserialize<Heartbeat>(vector.Head);
        Assert.Equivalent(heartbeat, read, strict: true);

        Assert.Equal(Vectors["gaps"].Head, MessagePackSerializer.Serialize(new Gaps { First = "one", Fourth = 4 }));
        Assert.Equivalent(new Gaps { First = "one", Fourth = 4 }, MessagePackSerializer.Deserialize<Gaps>(Vectors["gaps"].Head));
        Assert.Equal(Vectors["by name"].Head, MessagePackSerializer.Serialize(new ByName { Step = 12, Name = "a" }));
        Assert.Equivalent(new ByName { Step = 12, Name = "a" }, MessagePackSerializer.Deserialize<ByName>(Vectors["by name"].Head));
    }

    private static void Check<T>(string name, T value)
    {
        Vector vector = Vectors[name];
        byte[] written = MessagePackSerializer.Serialize(value);
        Assert.Equal(Convert.ToHexString(vector.Whole()), Convert.ToHexString(written));
        Assert.Equal(value, MessagePackSerializer.Deserialize<T>(vector.Whole()));
    }

    private static Dictionary<string, Vector> Load([CallerFilePath] string source = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(source)!, "vectors.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.EnumerateObject().ToDictionary(one => one.Name, one => new Vector(
            Convert.FromHexString(one.Value.GetProperty("hex").GetString()!),
            one.Value.GetProperty("length").GetInt32(),
            one.Value.TryGetProperty("value", out JsonElement value) ? value.GetString() : null));
    }

    /// <summary>A vector; a long one is kept as its first 64 bytes and its length.</summary>
    private sealed record Vector(byte[] Head, int Length, string? Value)
    {
        /// <summary>The whole vector: a long one but for the maps repeats its last byte.</summary>
        public byte[] Whole() => [.. Head, .. Enumerable.Repeat(Head[^1], Length - Head.Length)];
    }
}
