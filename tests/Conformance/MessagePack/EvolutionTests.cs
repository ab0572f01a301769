using MessagePack;

namespace SeqCluster.Conformance.Tests.MessagePackSuite;

/// <summary>Old and new releases of one record read each other.</summary>
public sealed class EvolutionTests
{
    [Fact]
    public void OldBytes_ReadByANewType_LeaveDefaults()
    {
        byte[] old = MessagePackSerializer.Serialize(new Job1("a"));
        Assert.Equal(new Job2("a", 0, null), MessagePackSerializer.Deserialize<Job2>(old));
        Job3 newest = MessagePackSerializer.Deserialize<Job3>(old);
        Assert.Equal(("a", null, 0.5), (newest.Name, newest.Labels, newest.Rate));
    }

    [Fact]
    public void NewBytes_ReadByAnOldType_AreSkippedWithAllThatTheyHold()
    {
        var newest = new Job3 { Name = "a", Sizes = new() { ["x"] = new(1, 2) }, Labels = ["l"], Rate = 2 };
        byte[] bytes = MessagePackSerializer.Serialize(newest);
        Assert.Equal(new Job1("a"), MessagePackSerializer.Deserialize<Job1>(bytes, out int bytesRead));
        Assert.Equal(bytes.Length, bytesRead);
    }

    [Fact]
    public void MemberRemoved_LeavesANilThatOnlyANullableMemberCanRead()
    {
        // Key 1 is a gap in Job3: Job2 has an int there, so it must be told before the member goes.
        byte[] bytes = MessagePackSerializer.Serialize(new Job3 { Name = "a", Labels = ["l"] });
        Assert.Throws<MessagePackSerializationException>(() => MessagePackSerializer.Deserialize<Job2>(bytes));
        WithInit read = MessagePackSerializer.Deserialize<WithInit>(new byte[] { 0x93, 0xa1, 0x61, 0xc0, 0x01 });
        Assert.Equal((null, Phase.Training), (read.Count, read.Phase));
    }

    [Fact]
    public void Bytes_EndingInsideAGap_LeaveDefaults()
    {
        // [ "a", 3, nil ]: key 2 is there, key 3 is not.
        Assert.Equal(new Job2("a", 3, null), MessagePackSerializer.Deserialize<Job2>(new byte[] { 0x93, 0xa1, 0x61, 0x03, 0xc0 }));
        Assert.Equal(0, MessagePackSerializer.Deserialize<Gaps>(new byte[] { 0x90 }).Fourth);
    }

    [Fact]
    public void MemberMissing_InitAndSettable_InitIsDefaultAndSettableKeepsItsInitializer()
    {
        WithInit read = MessagePackSerializer.Deserialize<WithInit>(new byte[] { 0x91, 0xa1, 0x61 });
        Assert.Equal(("a", null, Phase.Parked), (read.Name, read.Count, read.Phase));
    }

    [Fact]
    public void Names_UnknownMissingAndInAnotherOrder_AreTakenByName()
    {
        byte[] bytes = MessagePackSerializer.Serialize(new Dictionary<string, string[]?> { ["Other"] = ["x", "y"], ["Name"] = null });
        NamedJob read = MessagePackSerializer.Deserialize<NamedJob>(bytes);
        Assert.Equal((4, null), (read.Workers, read.Name));

        // { "Name": "n", "?": {}, "Workers": 9 }
        byte[] shuffled = [0x83, 0xa4, .. "Name"u8, 0xa1, .. "n"u8, 0xa1, .. "?"u8, 0x80, 0xa7, .. "Workers"u8, 0x09];
        read = MessagePackSerializer.Deserialize<NamedJob>(shuffled);
        Assert.Equal((9, "n"), (read.Workers, read.Name));
    }

    [Fact]
    public void Union_UnknownKey_IsReadAsNullAndWhatFollowsIsUntouched()
    {
        // [ [ 99, [1, 2] ], [ 0, ["stop"] ] ]
        byte[] bytes = [0x92, 0x92, 0x63, 0x92, 0x01, 0x02, 0x92, 0x00, 0x91, 0xa4, .. "stop"u8];
        Assert.Equal([null, new Stop("stop")], MessagePackSerializer.Deserialize<ICommand?[]>(bytes));
    }

    [Fact]
    public void Union_SubtypeNotNamed_IsWrittenAsNil() =>
        Assert.Equal([0xc0], MessagePackSerializer.Serialize<ICommand>(new Unnamed(1)));

    [Fact]
    public void Union_OfAnAbstractClass_KeepsItsKeysAndItsBaseMembers()
    {
        byte[] bytes = MessagePackSerializer.Serialize<Figure>(new Square { Color = "red", Side = 2 });
        Assert.Equal("[10,[\"red\",2]]", MessagePackSerializer.ConvertToJson(bytes));
        Square read = Assert.IsType<Square>(MessagePackSerializer.Deserialize<Figure>(bytes));
        Assert.Equal(("red", 2.0), (read.Color, read.Side));
        Assert.Equal([3], MessagePackSerializer.Serialize<Figure>(new Circle()).Skip(1).Take(1));
    }
}
