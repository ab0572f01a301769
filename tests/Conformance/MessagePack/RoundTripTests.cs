using System.Buffers;
using MessagePack;
using Xunit.Abstractions;

namespace SeqCluster.Conformance.Tests.MessagePackSuite;

public sealed class RoundTripTests(ITestOutputHelper output)
{
    private const string SeedVariable = "SEQCLUSTER_MESSAGEPACK_SEED";
    private const int RandomRoundTrips = 100_000;

    [Fact]
    public void RichRecords_Random_ComeBackAsTheyWere()
    {
        int seed = Seed(output);
        var random = new Random(seed);
        MessagePackSerializerOptions untrusted = MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);
        for (int i = 0; i < RandomRoundTrips; i++)
        {
            Rich written = Rich.Draw(random);
            byte[] bytes = MessagePackSerializer.Serialize(written);
            Rich read = MessagePackSerializer.Deserialize<Rich>(bytes, i % 2 == 0 ? untrusted : null, out int bytesRead);
            if (bytesRead != bytes.Length || !written.Flatten().SequenceEqual(read.Flatten()))
                Assert.Fail($"{SeedVariable}={seed}: record {i} came back different: {MessagePackSerializer.ConvertToJson(bytes)}");
        }
    }

    [Fact]
    public void Collections_OfAllKinds_ComeBack()
    {
        Check<List<int>>([1, 2]);
        Check<IList<int>>([1, 2]);
        Check<ICollection<string>>(["a"]);
        Check<IEnumerable<int>>([1, 2]);
        Check<IReadOnlyCollection<int>>([3]);
        Check<HashSet<string>>(["a", "b"]);
        Check<ISet<int>>(new HashSet<int> { 1 });
        Check<IReadOnlySet<int>>(new HashSet<int> { 1 });
        Check<IDictionary<string, int>>(new Dictionary<string, int> { ["a"] = 1 });
        Check(new SortedDictionary<int, string> { [2] = "b", [1] = "a" });
        Check(new KeyValuePair<int, string>(1, "a"));
        Check(new Phase?[] { Phase.Idle, null });
        Check<IEnumerable<int>>(Enumerable.Range(0, 5).Where(n => n % 2 == 0));
        Check((1, 2, 3, 4, 5, 6, 7, 8, "nine"));
        Assert.Null(MessagePackSerializer.Deserialize<List<int>>(MessagePackSerializer.Serialize<List<int>?>(null)));
    }

    [Fact]
    public void Lists_ThroughAnInterfaceThatAllowsIt_CanBeAddedTo()
    {
        var list = MessagePackSerializer.Deserialize<IList<int>>(MessagePackSerializer.Serialize(new[] { 1 }));
        list.Add(2);
        Assert.Equal([1, 2], list);
    }

    [Fact]
    public void Bytes_InAllTheirForms_ShareOneFormat()
    {
        byte[] bytes = [1, 2, 3];
        byte[] written = MessagePackSerializer.Serialize(bytes);
        Assert.Equal(written, MessagePackSerializer.Serialize<Memory<byte>>(bytes));
        Assert.Equal(written, MessagePackSerializer.Serialize<ReadOnlyMemory<byte>>(bytes));
        Assert.Equal(written, MessagePackSerializer.Serialize(new ReadOnlySequence<byte>(bytes)));
        Assert.Equal(bytes, MessagePackSerializer.Deserialize<Memory<byte>>(written).ToArray());
        Assert.Equal(bytes, MessagePackSerializer.Deserialize<ReadOnlyMemory<byte>>(written).ToArray());
        Assert.Equal(bytes, MessagePackSerializer.Deserialize<ReadOnlySequence<byte>>(written).ToArray());
        Assert.Equal(bytes, MessagePackSerializer.Deserialize<byte[]>(MessagePackSerializer.Serialize(new List<int> { 1, 2, 3 })));
    }

    [Fact]
    public void Objects_OfAllShapes_ComeBack()
    {
        Check(new Resize(1, 2));
        Assert.Equal("inside", MessagePackSerializer.Deserialize<Box<Box<string>>>(
            MessagePackSerializer.Serialize(new Box<Box<string>> { Content = new() { Content = "inside" } })).Content!.Content);

        Plain plain = MessagePackSerializer.Deserialize<Plain>(MessagePackSerializer.Serialize(new Plain { Field = 3, Property = 0.5 }));
        Assert.Equal((3, 0.5), (plain.Field, plain.Property));

        Marked marked = MessagePackSerializer.Deserialize<Marked>(MessagePackSerializer.Serialize(new Marked("a") { Count = 2 }));
        Assert.Equal(("a", 2), (marked.Name, marked.Count));

        WithInit init = MessagePackSerializer.Deserialize<WithInit>(MessagePackSerializer.Serialize(new WithInit { Name = "a", Count = 2, Phase = Phase.Idle }));
        Assert.Equal(("a", 2, Phase.Idle), (init.Name, init.Count, init.Phase));

        ByKey byKey = MessagePackSerializer.Deserialize<ByKey>(MessagePackSerializer.Serialize(new ByKey { Step = 7, Name = "n" }));
        Assert.Equal((7, "n"), (byKey.Step, byKey.Name));
        Assert.Null(MessagePackSerializer.Deserialize<ByKey>(MessagePackSerializer.Serialize<ByKey?>(null)));
    }

    [Fact]
    public void Members_Ignored_AreNotWritten()
    {
        byte[] written = MessagePackSerializer.Serialize(new ByName { Ignored = "secret" });
        Assert.DoesNotContain("secret", MessagePackSerializer.ConvertToJson(written), StringComparison.Ordinal);
        Assert.Equal("as it was", MessagePackSerializer.Deserialize<ByName>(written).Ignored);
    }

    [Fact]
    public void Callbacks_OfAnObject_AreCalledBeforeWritingAndAfterReading()
    {
        var counted = new Counted { Value = 5 };
        Counted read = MessagePackSerializer.Deserialize<Counted>(MessagePackSerializer.Serialize(counted));
        Assert.Equal((1, 0), (counted.Written, counted.Read));
        Assert.Equal((0, 5), (read.Written, read.Read));
    }

    [Fact]
    public void Times_OfAllKinds_ComeBackAsUtc()
    {
        var utc = new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc);
        Assert.Equal(utc, Back(utc.ToLocalTime()));
        Assert.Equal(utc, Back(DateTime.SpecifyKind(utc, DateTimeKind.Unspecified)));
        Assert.Equal(DateTimeKind.Utc, Back(utc.ToLocalTime()).Kind);

        static DateTime Back(DateTime time) => MessagePackSerializer.Deserialize<DateTime>(MessagePackSerializer.Serialize(time));
    }

    [Fact]
    public void Numbers_InAnotherForm_AreReadWhenTheyFit()
    {
        Assert.Equal(7.0, MessagePackSerializer.Deserialize<double>(MessagePackSerializer.Serialize(7)));
        Assert.Equal(1.8446744073709552E19f, MessagePackSerializer.Deserialize<float>(MessagePackSerializer.Serialize(ulong.MaxValue)));
        Assert.Equal(0.5, MessagePackSerializer.Deserialize<double>(MessagePackSerializer.Serialize(0.5f)));
        Assert.Equal(0.5f, MessagePackSerializer.Deserialize<float>(MessagePackSerializer.Serialize(0.5)));
        Assert.Equal(-3, MessagePackSerializer.Deserialize<sbyte>(new byte[] { 0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfd }));
        Assert.IsType<OverflowException>(Assert.Throws<MessagePackSerializationException>(
            () => MessagePackSerializer.Deserialize<byte>(MessagePackSerializer.Serialize(256))).InnerException);
        Assert.IsType<OverflowException>(Assert.Throws<MessagePackSerializationException>(
            () => MessagePackSerializer.Deserialize<ulong>(MessagePackSerializer.Serialize(-1))).InnerException);
    }

    /// <summary>The seed of a random test: of the environment, else of the clock; printed either way.</summary>
    internal static int Seed(ITestOutputHelper output)
    {
        string? given = Environment.GetEnvironmentVariable(SeedVariable);
        int seed = given == null ? Environment.TickCount : int.Parse(given, System.Globalization.CultureInfo.InvariantCulture);
        output.WriteLine($"{SeedVariable}={seed}");
        return seed;
    }

    private static void Check<T>(T value) =>
        Assert.Equal(value, MessagePackSerializer.Deserialize<T>(MessagePackSerializer.Serialize(value)));
}
