using MessagePack;

namespace SeqCluster.Conformance.Tests.MessagePackSuite;

/// <summary>A record with a member of every type that the wire uses.</summary>
[MessagePackObject]
public sealed class Rich
{
    [Key(0)] public bool Flag { get; set; }
    [Key(1)] public byte Byte { get; set; }
    [Key(2)] public sbyte SByte { get; set; }
    [Key(3)] public short Short { get; set; }
    [Key(4)] public ushort UShort { get; set; }
    [Key(5)] public int Int { get; set; }
    [Key(6)] public uint UInt { get; set; }
    [Key(7)] public long Long { get; set; }
    [Key(8)] public ulong ULong { get; set; }
    [Key(9)] public float Single { get; set; }
    [Key(10)] public double Double { get; set; }
    [Key(11)] public char Char { get; set; }
    [Key(12)] public string? Text { get; set; }
    [Key(13)] public byte[]? Bytes { get; set; }
    [Key(14)] public ReadOnlyMemory<byte> Memory { get; set; }
    [Key(15)] public Phase Phase { get; set; }
    [Key(16)] public Wide? Wide { get; set; }
    [Key(17)] public DateTime At { get; set; }
    [Key(18)] public DateTimeOffset Local { get; set; }
    [Key(19)] public TimeSpan? Elapsed { get; set; }
    [Key(20)] public Guid Id { get; set; }
    [Key(21)] public decimal Price { get; set; }
    [Key(22)] public Uri? Address { get; set; }
    [Key(23)] public float[]? Singles { get; set; }
    [Key(24)] public double[]? Doubles { get; set; }
    [Key(25)] public int[]? Ints { get; set; }
    [Key(26)] public string?[]? Texts { get; set; }
    [Key(27)] public List<long>? Longs { get; set; }
    [Key(28)] public Dictionary<string, int>? Counts { get; set; }
    [Key(29)] public HashSet<int>? Set { get; set; }
    [Key(30)] public IReadOnlyList<Stop>? Stops { get; set; }
    [Key(31)] public IReadOnlyDictionary<int, string>? Names { get; set; }
    [Key(33)] public IList<Guid>? Ids { get; set; }
    [Key(34)] public KeyValuePair<string, double> Pair { get; set; }
    [Key(35)] public (int, string?, bool) Triple { get; set; }
    [Key(36)] public Tuple<long, Phase>? Couple { get; set; }
    [Key(37)] public ICommand? Command { get; set; }
    [Key(38)] public Resize? Size { get; set; }
    [Key(39)] public Rich? Child { get; set; }

    /// <summary>Every value that it holds, one after another, so that two can be compared without serializing them.</summary>
    public IEnumerable<object?> Flatten() =>
    [
        Flag, Byte, SByte, Short, UShort, Int, UInt, Long, ULong, Bits(Single), Bits(Double), Char, Text, "bytes",
        .. Each(Bytes), "memory", .. Each(Memory.ToArray()), Phase, Wide, At, At.Kind, Local, Local.Offset, Elapsed, Id,
        Price, Address?.OriginalString, "singles", .. Each(Singles?.Select(Bits)), "doubles", .. Each(Doubles?.Select(Bits)),
        "ints", .. Each(Ints), "texts", .. Each(Texts), "longs", .. Each(Longs), "counts", .. Each(Counts), "set", .. Each(Set),
        "stops", .. Each(Stops), "names", .. Each(Names), "ids", .. Each(Ids), Pair.Key, Bits(Pair.Value), Triple, Couple,
        Command, Size, "child", .. Child?.Flatten() ?? [],
    ];

    /// <summary>A record whose every member is drawn from <paramref name="random"/>, the edges of its type more often than chance.</summary>
    public static Rich Draw(Random random, int depth = 0) => new()
    {
        Flag = random.Next(2) == 0,
        Byte = (byte)Integer(random),
        SByte = (sbyte)Integer(random),
        Short = (short)Integer(random),
        UShort = (ushort)Integer(random),
        Int = (int)Integer(random),
        UInt = (uint)Integer(random),
        Long = Integer(random),
        ULong = (ulong)Integer(random),
        Single = BitConverter.Int32BitsToSingle((int)Integer(random)),
        Double = BitConverter.Int64BitsToDouble(Integer(random)),
        Char = (char)Integer(random),
        Text = Words(random),
        Bytes = Maybe(random, () => Some(random, () => (byte)Integer(random))),
        Memory = Some(random, () => (byte)Integer(random)),
        Phase = (Phase)random.Next(256),
        Wide = random.Next(2) == 0 ? null : (Wide)Integer(random),
        At = Time(random),
        Local = new DateTimeOffset(Time(random).Ticks, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(random.Next(-10, 11) * 60)),
        Elapsed = random.Next(2) == 0 ? null : new TimeSpan(Integer(random)),
        Id = Identity(random),
        Price = new decimal((int)Integer(random), (int)Integer(random), (int)Integer(random), random.Next(2) == 0, (byte)random.Next(29)),
        Address = Maybe(random, () => new Uri($"https://worker-{random.Next(99)}/a?b={random.Next()}")),
        Singles = Maybe(random, () => Some(random, () => random.NextSingle())),
        Doubles = Maybe(random, () => Some(random, () => random.NextDouble())),
        Ints = Maybe(random, () => Some(random, () => (int)Integer(random))),
        Texts = Maybe(random, () => Some(random, () => Words(random))),
        Longs = Maybe(random, () => Some(random, () => Integer(random)).ToList()),
        Counts = Maybe(random, () => Some(random, () => random.Next()).Distinct().ToDictionary(n => $"key {n}")),
        Set = Maybe(random, () => Some(random, () => random.Next(9)).ToHashSet()),
        Stops = Maybe(random, () => Some(random, () => new Stop($"{random.Next()}"))),
        Names = Maybe(random, () => Some(random, () => random.Next()).Distinct().ToDictionary(n => n, n => $"{n}")),
        Ids = Maybe(random, () => Some(random, () => Identity(random)).ToList()),
        Pair = new KeyValuePair<string, double>($"{random.Next()}", random.NextDouble()),
        Triple = ((int)Integer(random), Words(random), random.Next(2) == 0),
        Couple = Maybe(random, () => Tuple.Create(Integer(random), (Phase)random.Next(3))),
        Command = random.Next(3) switch { 0 => null, 1 => new Stop("now"), _ => new Resize(random.Next(), random.Next()) },
        Size = random.Next(2) == 0 ? null : new Resize(random.Next(), -random.Next()),
        Child = depth < 3 && random.Next(3) == 0 ? Draw(random, depth + 1) : null,
    };

    private static IEnumerable<object?> Each<T>(IEnumerable<T>? values) => values?.Cast<object?>() ?? [null];

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    private static T? Maybe<T>(Random random, Func<T> draw)
        where T : class => random.Next(4) == 0 ? null : draw();

    private static T[] Some<T>(Random random, Func<T> draw) =>
        [.. Enumerable.Range(0, random.Next(20) == 0 ? 40 : random.Next(4)).Select(_ => draw())];

    // As many bits as chance says: each length of each format is met, and its edges.
    private static long Integer(Random random) => random.Next(5) == 0
        ? (1L << random.Next(64)) - random.Next(2)
        : random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);

    private static Guid Identity(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static DateTime Time(Random random) => random.Next(3) switch
    {
        0 => DateTime.UnixEpoch.AddSeconds(random.Next()),
        1 => DateTime.UnixEpoch.AddTicks(random.NextInt64(1L << 56)),
        _ => new DateTime(random.NextInt64(TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay), DateTimeKind.Utc),
    };

    private static string? Words(Random random) => random.Next(8) switch
    {
        0 => null,
        1 => "",
        2 => new string('x', random.Next(300)),
        3 => new string('\u4f60', random.Next(100)),
        4 => "gr\u00fc\u00dfe \U0001f600",
        _ => $"worker-{random.Next(64):d2}",
    };
}
