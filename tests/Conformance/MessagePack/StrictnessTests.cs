using System.Reflection;
using MessagePack;

namespace SeqCluster.Conformance.Tests.MessagePackSuite;

/// <summary>What is refused, with which exception, and that the message names the type.</summary>
public sealed class StrictnessTests
{
    [Fact]
    public void Type_WithoutAnnotation_IsRefusedByNameBothWays()
    {
        foreach (Action use in new Action[]
        {
            () => MessagePackSerializer.Serialize(new Unannotated()),
            () => MessagePackSerializer.Serialize(new List<Unannotated> { new() }),
            () => MessagePackSerializer.Deserialize<Unannotated>(new byte[] { 0x91, 0x01 }),
            () => MessagePackSerializer.Deserialize<Unannotated[]>(new byte[] { 0x91, 0x91, 0x01 }),
        })
        {
            var refusal = Assert.Throws<MessagePackSerializationException>(use);
            var cause = Assert.IsType<FormatterNotRegisteredException>(refusal.InnerException);
            Assert.Contains(typeof(Unannotated).FullName!, cause.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Interface_WithoutUnion_IsRefusedByName()
    {
        var refusal = Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Serialize<IFormattable>(1));
        Assert.Contains("System.IFormattable", Assert.IsType<FormatterNotRegisteredException>(refusal.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PublicMember_WithoutKey_IsRefused() =>
        AssertRefused(WrongTypes.Make("MissingKey", 0, null), "all public members must mark KeyAttribute or IgnoreMemberAttribute", "Field1");

    [Fact]
    public void Keys_Duplicated_AreRefused()
    {
        AssertRefused(WrongTypes.Make("SameIndex", 0, 1, 1), "key is duplicated", "Field2");
        AssertRefused(WrongTypes.Make("SameName", "a", "a"), "key is duplicated", "Field1");
    }

    [Fact]
    public void Keys_OfBothKinds_AreRefused() =>
        AssertRefused(WrongTypes.Make("BothKinds", 0, "a"), "all members key type must be same", "Field1");

    [Fact]
    public void Constructor_Hidden_IsRefused() =>
        AssertRefused(WrongTypes.Make("HiddenConstructor", TypeAttributes.Public, true, 0), "can't find public constructor");

    [Fact]
    public void Type_NotPublic_IsRefused() =>
        AssertRefused(WrongTypes.Make("HiddenType", TypeAttributes.NotPublic, false, 0), "only allows public type");

    [Fact]
    public void Mistakes_ThatOnlyTheAnalyzerOfTheOriginalReports_AreRefusedByTheStandIn()
    {
        // The original ignores them at run time: it never lets them get there (MsgPack005, MsgPack015).
        if (typeof(MessagePackSerializer).Assembly.GetName().Name == "MessagePack")
            return;
        AssertRefused(WrongTypes.MakeKeyed("HiddenKey", keyAsPropertyName: false, isPublic: false), "must be public", "Field0");
        AssertRefused(WrongTypes.MakeKeyed("KeyBesideName", keyAsPropertyName: true, isPublic: true), "must not have keys", "Field0");
    }

    [Fact]
    public void Refusal_OfAType_IsRepeatedEachTime()
    {
        Type wrong = WrongTypes.Make("Twice", 0, 0);
        AssertRefused(wrong, "key is duplicated");
        AssertRefused(wrong, "key is duplicated");
    }

    [Fact]
    public void Token_OfAnotherKind_IsRefused()
    {
        byte[] text = MessagePackSerializer.Serialize("text");
        foreach (Action read in new Action[]
        {
            () => MessagePackSerializer.Deserialize<int>(text),
            () => MessagePackSerializer.Deserialize<bool>(text),
            () => MessagePackSerializer.Deserialize<double>(text),
            () => MessagePackSerializer.Deserialize<DateTime>(text),
            () => MessagePackSerializer.Deserialize<Guid>(text),
            () => MessagePackSerializer.Deserialize<decimal>(text),
            () => MessagePackSerializer.Deserialize<int[]>(text),
            () => MessagePackSerializer.Deserialize<Dictionary<string, int>>(text),
            () => MessagePackSerializer.Deserialize<Heartbeat>(text),
            () => MessagePackSerializer.Deserialize<ByName>(text),
            () => MessagePackSerializer.Deserialize<string>(new byte[] { 0x05 }),
            () => MessagePackSerializer.Deserialize<string>(new byte[] { 0xc1 }),
        })
        {
            var refusal = Assert.Throws<MessagePackSerializationException>(read);
            Assert.IsType<MessagePackSerializationException>(refusal.InnerException);
        }
    }

    [Fact]
    public void Nil_ForAValueType_IsRefused()
    {
        Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Deserialize<Resize>(new byte[] { 0xc0 }));
        Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Deserialize<(int, int)>(new byte[] { 0xc0 }));
        Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Deserialize<int>(new byte[] { 0xc0 }));
    }

    [Fact]
    public void Lengths_OfFixedArrays_AreChecked()
    {
        byte[] one = [0x91, 0x01];
        Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Deserialize<(int, int)>(one));
        Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Deserialize<Tuple<int, int>>(one));
        Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Deserialize<KeyValuePair<int, int>>(one));
        Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Deserialize<DateTimeOffset>(one));
        Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Deserialize<ICommand>(one));
    }

    [Fact]
    public void Key_TwiceInAMap_IsRefused()
    {
        var refusal = Assert.Throws<MessagePackSerializationException>(
            () => MessagePackSerializer.Deserialize<Dictionary<int, int>>(new byte[] { 0x82, 0x01, 0x01, 0x01, 0x02 }));
        Assert.IsType<ArgumentException>(refusal.InnerException);
    }

    [Fact]
    public void Annotations_SayWhatTheyWereGiven()
    {
        Assert.Equal((3, null), (new KeyAttribute(3).IntKey, new KeyAttribute(3).StringKey));
        Assert.Equal((null, "k"), (new KeyAttribute("k").IntKey, new KeyAttribute("k").StringKey));
        Assert.Equal((2, typeof(Stop)), (new UnionAttribute(2, typeof(Stop)).Key, new UnionAttribute(2, typeof(Stop)).SubType));
        Assert.True(new MessagePackObjectAttribute(true).KeyAsPropertyName);
        Assert.Throws<ArgumentNullException>(() => new KeyAttribute(null!));
    }

    [Fact]
    public void Exception_WithAndWithoutACause_KeepsThem()
    {
        var cause = new InvalidDataException("why");
        Assert.Same(cause, new MessagePackSerializationException("what", cause).InnerException);
        Assert.Equal("what", new MessagePackSerializationException("what").Message);
    }

    private static void AssertRefused(Type type, params string[] says)
    {
        MethodInfo write = typeof(StrictnessTests).GetMethod(nameof(Write), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type);
        Exception? refusal = Assert.Throws<TargetInvocationException>(() => write.Invoke(null, [])).InnerException;
        Exception? cause = Assert.IsType<MessagePackSerializationException>(refusal).InnerException;

        // The original builds its formatters in static constructors, which shows.
        while (cause is TypeInitializationException)
            cause = cause.InnerException;
        Assert.IsAssignableFrom<MessagePackSerializationException>(cause);
        foreach (string part in (string[])[type.FullName!, .. says])
            Assert.Contains(part, cause!.Message, StringComparison.Ordinal);
    }

    private static byte[] Write<T>()
        where T : class => MessagePackSerializer.Serialize((T)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(typeof(T)));
}
