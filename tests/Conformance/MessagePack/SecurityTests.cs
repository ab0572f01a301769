using MessagePack;
using Xunit.Abstractions;

namespace SeqCluster.Conformance.Tests.MessagePackSuite;

/// <summary>Hostile data: refused with the documented exception, before it can cost memory, stack or time.</summary>
public sealed class SecurityTests(ITestOutputHelper output)
{
    private const int FuzzedInputs = 20_000;

    // What reading one hostile input may allocate: its largest array (a byte announced, at most 64 stored) and the exceptions.
    private const long MaxAllocatedBytes = 4 << 20;

    private static readonly MessagePackSerializerOptions Untrusted =
        MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData);

    [Fact]
    public void Options_Standard_TrustAndWithSecurityCopies()
    {
        Assert.False(MessagePackSerializerOptions.Standard.Security.HashCollisionResistant);
        Assert.Same(MessagePackSecurity.TrustedData, MessagePackSerializerOptions.Standard.Security);
        Assert.Same(MessagePackSecurity.UntrustedData, Untrusted.Security);
        Assert.True(Untrusted.Security.HashCollisionResistant);
        Assert.Equal(500, Untrusted.Security.MaximumObjectGraphDepth);
        Assert.Same(MessagePackSerializerOptions.Standard, MessagePackSerializer.DefaultOptions);
        MessagePackSecurity relaxed = MessagePackSecurity.UntrustedData.WithHashCollisionResistant(false).WithMaximumObjectGraphDepth(7);
        Assert.Equal((false, 7), (relaxed.HashCollisionResistant, relaxed.MaximumObjectGraphDepth));
    }

    [Theory]
    [InlineData(3, 3, true)]
    [InlineData(3, 4, false)]
    [InlineData(500, 500, true)]
    [InlineData(500, 501, false)]
    [InlineData(500, 1_000_000, false)]
    public void Nesting_UpToTheLimit_IsReadAndBeyondRefused(int limit, int depth, bool isRead)
    {
        byte[] bytes = new byte[depth + 1];
        bytes.AsSpan().Fill(0x91);
        bytes[^1] = 0xc0;
        MessagePackSerializerOptions options = MessagePackSerializerOptions.Standard.WithSecurity(
            MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(limit));
        if (isRead)
        {
            Assert.NotNull(MessagePackSerializer.Deserialize<Chain>(bytes, options));
            return;
        }

        foreach (Action read in new Action[]
        {
            () => MessagePackSerializer.Deserialize<Chain>(bytes, options),
            () => MessagePackSerializer.ConvertToJson(bytes, options),
        })
        {
            Assert.IsType<InsufficientExecutionStackException>(Assert.Throws<MessagePackSerializationException>(read).InnerException);
        }
    }

    [Fact]
    public void Nesting_OfCollections_CountsAsWell()
    {
        byte[] lists = MessagePackSerializer.Serialize<List<List<List<Resize>>>>([[[new(1, 2)]]]);
        Assert.Single(MessagePackSerializer.Deserialize<List<List<List<Resize>>>>(lists, Limit(4)));
        Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Deserialize<List<List<List<Resize>>>>(lists, Limit(3)));

        static MessagePackSerializerOptions Limit(int depth) =>
            MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(depth));
    }

    [Fact]
    public void Nesting_OfSiblings_DoesNotAddUp()
    {
        byte[] bytes = MessagePackSerializer.Serialize(Enumerable.Range(0, 100).Select(value => new Resize(value, value)).ToList());
        MessagePackSerializerOptions shallow =
            MessagePackSerializerOptions.Standard.WithSecurity(MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(4));
        Assert.Equal(100, MessagePackSerializer.Deserialize<List<Resize>>(bytes, shallow).Count);
    }

    [Fact]
    public void Skip_DeepNesting_NeedsNoStack()
    {
        byte[] bytes = new byte[1_000_001];
        bytes.AsSpan().Fill(0x91);
        bytes[^1] = 0x00;
        var reader = new MessagePackReader(bytes);
        reader.Skip();
        Assert.True(reader.End);
    }

    [Theory]
    [InlineData("dd7fffffff01", typeof(int[]))]
    [InlineData("dd7fffffff01", typeof(List<string>))]
    [InlineData("dd7fffffff01", typeof(double[]))]
    [InlineData("dd7fffffff01", typeof(Heartbeat))]
    [InlineData("df7fffffff0101", typeof(Dictionary<int, int>))]
    [InlineData("820101", typeof(Dictionary<int, int>))]
    [InlineData("c67fffffff01", typeof(byte[]))]
    [InlineData("db7fffffff61", typeof(string))]
    [InlineData("92", typeof(Tuple<int, int>))]
    [InlineData("", typeof(int))]
    [InlineData("cd01", typeof(int))]
    [InlineData("d6ff00", typeof(DateTime))]
    [InlineData("93", typeof(string[]))]
    public void Header_LongerThanTheData_IsRefusedBeforeAnythingIsAllocated(string hex, Type type)
    {
        byte[] bytes = Convert.FromHexString(hex);
        var read = (Action)Delegate.CreateDelegate(typeof(Action), bytes, typeof(SecurityTests)
            .GetMethod(nameof(Read), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.MakeGenericMethod(type));
        Assert.Throws<MessagePackSerializationException>(read);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<MessagePackSerializationException>(read);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocatedBytes);
        Assert.IsType<EndOfStreamException>(refusal.InnerException);
    }

    [Fact]
    public void Records_TruncatedAnywhere_AreRefused()
    {
        byte[] whole = MessagePackSerializer.Serialize(Rich.Draw(new Random(1)));
        for (int length = 0; length < whole.Length; length++)
        {
            ReadOnlyMemory<byte> part = whole.AsMemory(0, length);
            var refusal = Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Deserialize<Rich>(part, Untrusted));
            Assert.IsType<EndOfStreamException>(refusal.InnerException);
        }
    }

    [Fact]
    public void Dictionaries_OfUntrustedData_HaveKeyedHashes()
    {
        byte[] numbers = MessagePackSerializer.Serialize(new Dictionary<int, int> { [1] = 2 });
        byte[] names = MessagePackSerializer.Serialize(new Dictionary<string, int> { ["a"] = 2 });
        Assert.NotSame(EqualityComparer<int>.Default, MessagePackSerializer.Deserialize<Dictionary<int, int>>(numbers, Untrusted).Comparer);
        Assert.Same(EqualityComparer<int>.Default, MessagePackSerializer.Deserialize<Dictionary<int, int>>(numbers).Comparer);
        Assert.Equal(2, MessagePackSerializer.Deserialize<Dictionary<string, int>>(names, Untrusted)["a"]);

        // The default hash of an integer is the integer itself, which is what an attacker would use.
        IEqualityComparer<int> keyed = MessagePackSecurity.UntrustedData.GetEqualityComparer<int>();
        Assert.NotEqual(Enumerable.Range(0, 8), Enumerable.Range(0, 8).Select(keyed.GetHashCode));
        Assert.Same(EqualityComparer<int>.Default, MessagePackSecurity.TrustedData.GetEqualityComparer<int>());
    }

    [Fact]
    public void KeyedHashes_OfEqualValues_AreEqual()
    {
        Same(0.0, -0.0);
        Same(0f, -0f);
        Same(double.NaN, BitConverter.Int64BitsToDouble(unchecked((long)0xfff8_0000_0000_0001)));
        Same("key", string.Concat("k", "ey"));
        Same(Guid.Empty, default);
        Same(Phase.Parked, (Phase)200);
        Same(new DateTime(5, DateTimeKind.Utc), new DateTime(5, DateTimeKind.Local));
        Same(new DateTimeOffset(2024, 1, 1, 1, 0, 0, TimeSpan.FromHours(1)), new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero));

        static void Same<T>(T one, T other)
        {
            IEqualityComparer<T> comparer = MessagePackSecurity.UntrustedData.GetEqualityComparer<T>();
            Assert.True(comparer.Equals(one, other));
            Assert.Equal(comparer.GetHashCode(one!), comparer.GetHashCode(other!));
        }
    }

    [Fact]
    public void Keys_WithoutAKeyedHash_AreRefusedInUntrustedDataOnly()
    {
        byte[] bytes = MessagePackSerializer.Serialize(new Dictionary<(int, int), int> { [(1, 2)] = 3 });
        var refusal = Assert.Throws<MessagePackSerializationException>(
            () => MessagePackSerializer.Deserialize<Dictionary<(int, int), int>>(bytes, Untrusted));
        Assert.IsType<TypeAccessException>(refusal.InnerException);
        Assert.Equal(3, MessagePackSerializer.Deserialize<Dictionary<(int, int), int>>(bytes)[(1, 2)]);
    }

    [Fact]
    public void Garbage_Random_IsRefusedCheaplyOrRead()
    {
        int seed = RoundTripTests.Seed(output);
        var random = new Random(seed);
        for (int i = 0; i < FuzzedInputs; i++)
        {
            byte[] garbage = new byte[random.Next(200)];
            random.NextBytes(garbage);

            // Most garbage ends at its first byte: a header of the right kind lets it go further.
            if (garbage.Length > 3 && i % 2 == 0)
                (garbage[0], garbage[1], garbage[2]) = (0xdc, 0, (byte)random.Next(45));
            Survive(garbage, $"garbage {i} of seed {seed}");
        }
    }

    [Fact]
    public void Records_Mutated_AreRefusedCheaplyOrRead()
    {
        int seed = RoundTripTests.Seed(output);
        var random = new Random(seed);
        for (int i = 0; i < FuzzedInputs; i++)
        {
            byte[] bytes = MessagePackSerializer.Serialize(Rich.Draw(random));
            for (int change = random.Next(1, 4); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Survive(bytes.AsMemory(0, random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length), $"mutation {i} of seed {seed}");
        }
    }

    private static void Survive(ReadOnlyMemory<byte> bytes, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            MessagePackSerializer.Deserialize<Rich>(bytes, Untrusted);
            MessagePackSerializer.ConvertToJson(bytes, Untrusted);
        }
        catch (MessagePackSerializationException)
        {
            // The one exception that is allowed.
        }
        catch (Exception other)
        {
            Assert.Fail($"{what}: {other.GetType()}: {Convert.ToHexString(bytes.Span)}");
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= MaxAllocatedBytes, $"{what}: {allocated} bytes allocated: {Convert.ToHexString(bytes.Span)}");
    }

    private static void Read<T>(byte[] bytes) => MessagePackSerializer.Deserialize<T>(bytes, Untrusted);
}
