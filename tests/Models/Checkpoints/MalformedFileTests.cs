using System.Buffers.Binary;
using System.Text;
using SeqCluster.Models.Checkpoints;

namespace SeqCluster.Models.Tests.Checkpoints;

/// <summary>Files that are not what they should be, each refused for its own reason.</summary>
public sealed class MalformedFileTests : IDisposable
{
    private const string Good = "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]";
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, int, string> Headers => new()
    {
        { "[]", 0, "does not begin with {" },
        { " {}", 0, "does not begin with {" },
        { "{", 0, "not valid JSON" },
        { "{} {}", 0, "not valid JSON" },
        { "{\"a\":{" + Good + "},}", 8, "not valid JSON" },
        { "{\"a\":{\"shape\":[[[1]]]}}", 0, "not valid JSON" },
        { "{\"\\ud800\":{" + Good + "}}", 8, "not valid JSON" },
        { "{\"a\":[]}", 0, "a is not an object" },
        { "{\"\":{" + Good + "}}", 8, "without a name" },
        { "{\"a\":{" + Good + "},\"a\":{" + Good + "}}", 8, "a appears twice" },
        { "{\"a\":{" + Good + ",\"dtype\":\"F32\"}}", 8, "dtype appears twice" },
        { "{\"a\":{" + Good + ",\"code\":\"x\"}}", 8, "unknown field code" },
        { "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "dtype is missing" },
        { "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8, "shape is missing" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, "data_offsets is missing" },
        { "{\"a\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "dtype \"F31\" is not one of" },
        { "{\"a\":{\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "dtype 32 is not one of" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}", 8, "shape is not a list" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8, "shape has -2" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}", 8, "shape has 2.5" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]}}", 8, "shape has \"2\"" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}", 8, "too large" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}", 8, "shape has 99999999999999999999" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, "8 bytes, but [3] of F32 are 12" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", 8, "not a beginning and an end" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}", 8, "not a beginning and an end" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, "not a beginning and an end" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12, "a gap of 4 bytes" },
        { "{\"a\":{" + Good + "},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[7,9]}}", 9, "b: begins at byte 7 and overlaps" },
        { "{\"a\":{" + Good + "}}", 7, "the content is cut off: 7 bytes of 8" },
        { "{\"a\":{" + Good + "}}", 9, "1 bytes at the end belong to no tensor" },
        { "{\"__metadata__\":{\"x\":1}}", 0, "__metadata__.x is not a text" },
        { "{\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"}}", 0, "x appears twice" },
        { "{\"__metadata__\":[]}", 0, "__metadata__ is not an object" },
    };

    public static TheoryData<long, int, string> Lengths => new()
    {
        { 0, 0, "a header of 0 bytes" },
        { SafetensorsFile.HeaderMaximumBytes + 1, 0, "must be 1 to" },
        { -1, 0, "a header of 18446744073709551615 bytes" },
        { 100, 99, "the header is cut off: 99 bytes of 100" },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Headers))]
    public void Read_HeaderWrong_NamesTheReason(string header, int contentBytes, string reason)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        AssertRefused(bytes.Length, [.. bytes, .. new byte[contentBytes]], reason);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Read_LengthWrong_NamesTheReason(long length, int following, string reason) => AssertRefused(length, new byte[following], reason);

    [Fact]
    public void Read_InvalidUtf8_NamesTheReason() => AssertRefused(5, [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)'}'], "not valid JSON");

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Read_ShorterThanALength_NamesTheReason(int bytes)
    {
        File.WriteAllBytes(folder.File("x"), new byte[bytes]);
        Assert.Contains("too few", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(folder.File("x"))).Message);
    }

    private void AssertRefused(long headerLength, byte[] rest, string reason)
    {
        var length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, headerLength);
        var path = folder.File("x.safetensors");
        File.WriteAllBytes(path, [.. length, .. rest]);
        var message = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Read(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(reason, message);
    }
}
