using System.Globalization;
using Microsoft.Data.Sqlite;

namespace SeqCluster.Conformance.Tests.Sqlite;

/// <summary>Every mapped type to a parameter, to its storage class, and back (learn.microsoft.com/dotnet/standard/data/sqlite/types).</summary>
public sealed class SqliteTypesTests
{
    private enum Small : byte
    {
        Last = 255,
    }

    private enum Wide : ulong
    {
        Last = ulong.MaxValue,
    }

    [Fact]
    public void Integers_AtTheirEdges_RoundTripAsInteger()
    {
        RoundTrip(true, "integer", 1L);
        RoundTrip(false, "integer", 0L);
        RoundTrip(byte.MaxValue, "integer", 255L);
        RoundTrip(sbyte.MinValue, "integer", -128L);
        RoundTrip(short.MinValue, "integer", -32768L);
        RoundTrip(ushort.MaxValue, "integer", 65535L);
        RoundTrip(int.MinValue, "integer", (long)int.MinValue);
        RoundTrip(uint.MaxValue, "integer", (long)uint.MaxValue);
        RoundTrip(long.MinValue, "integer", long.MinValue);
        RoundTrip(long.MaxValue, "integer", long.MaxValue);
        RoundTrip(ulong.MaxValue, "integer", -1L);
        RoundTrip(Small.Last, "integer", 255L);
        RoundTrip(Wide.Last, "integer", -1L);
        RoundTrip(DayOfWeek.Saturday, "integer", 6L);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.5)]
    [InlineData(0.1)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Double_AnyButNaN_RoundTripsAsReal(double value) => RoundTrip(value, "real", value);

    [Fact]
    public void Float_IsWidened() => RoundTrip(0.1f, "real", (double)0.1f);

    [Fact]
    public void NaN_Bound_IsRefused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => RoundTrip(double.NaN, "real", double.NaN));
        Assert.Equal("Cannot store 'NaN' values.", error.Message);
    }

    [Theory]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335.0")]
    [InlineData("-79228162514264337593543950335", "-79228162514264337593543950335.0")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    [InlineData("1", "1.0")]
    [InlineData("1.50", "1.5")]
    public void Decimal_RoundTripsAsText(string value, string stored)
        => RoundTrip(decimal.Parse(value, CultureInfo.InvariantCulture), "text", stored);

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("żółw 🐢 漢字")]
    [InlineData("it's \"quoted\"; -- not a comment")]
    public void String_RoundTripsAsText(string value) => RoundTrip(value, "text", value);

    [Theory]
    [InlineData(169)]
    [InlineData(170)]
    [InlineData(171)]
    [InlineData(512)]
    [InlineData(100_000)]
    public void String_OfAnyLength_RoundTrips(int length) => RoundTrip(new string('漢', length), "text", new string('漢', length));

    [Fact]
    public void Char_IsTextUnlessTypedAsInteger()
    {
        RoundTrip('x', "text", "x");
        RoundTrip('漢', "text", "漢");
        RoundTrip('x', "integer", 120L, SqliteType.Integer);
    }

    [Fact]
    public void Blob_RoundTrips()
    {
        RoundTrip(new byte[] { 0, 255, 1 }, "blob", new byte[] { 0, 255, 1 });
        RoundTrip(Array.Empty<byte>(), "blob", Array.Empty<byte>());
        RoundTrip(new byte[100_000], "blob", new byte[100_000]);
    }

    [Fact]
    public void Guid_IsUpperCaseTextUnlessTypedAsBlob()
    {
        var guid = new Guid("0f8fad5b-d9cb-469f-a165-70867728950e");
        RoundTrip(guid, "text", "0F8FAD5B-D9CB-469F-A165-70867728950E");
        RoundTrip(guid, "blob", guid.ToByteArray(), SqliteType.Blob);
        RoundTrip(Guid.Empty, "text", Guid.Empty.ToString());
    }

    [Fact]
    public void DateTime_IsIsoText()
    {
        RoundTrip(new DateTime(2024, 2, 29, 23, 59, 59), "text", "2024-02-29 23:59:59");
        RoundTrip(DateTime.MinValue, "text", "0001-01-01 00:00:00");
        RoundTrip(DateTime.MaxValue, "text", "9999-12-31 23:59:59.9999999");
        RoundTrip(new DateTime(2024, 1, 2, 3, 4, 5).AddTicks(10), "text", "2024-01-02 03:04:05.000001");
    }

    [Fact]
    public void DateTimeOffset_KeepsItsOffset()
    {
        RoundTrip(new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromMinutes(-570)), "text", "2024-02-29 01:02:03-09:30");
        RoundTrip(DateTimeOffset.MaxValue, "text", "9999-12-31 23:59:59.9999999+00:00");
    }

    [Fact]
    public void DateTimeOffset_WithoutOffset_IsUtc()
    {
        using var connection = TemporaryDatabase.OpenMemory();
        using var command = new SqliteCommand("SELECT '2024-01-02 03:04:05', '2024-01-02 03:04:05+02:00'", connection);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(TimeSpan.Zero, reader.GetDateTimeOffset(0).Offset);
        Assert.Equal(new DateTime(2024, 1, 2, 1, 4, 5), reader.GetDateTime(1));
        Assert.Equal(DateTimeKind.Utc, reader.GetDateTime(1).Kind);
        Assert.Equal(DateTimeKind.Unspecified, reader.GetDateTime(0).Kind);
    }

    [Fact]
    public void DatesAndTimes_RoundTripAsText()
    {
        RoundTrip(new DateOnly(2024, 2, 29), "text", "2024-02-29");
        RoundTrip(DateOnly.MinValue, "text", "0001-01-01");
        RoundTrip(new TimeOnly(1, 2, 3), "text", "01:02:03");
        RoundTrip(TimeOnly.MaxValue, "text", "23:59:59.9999999");
        RoundTrip(TimeSpan.MaxValue, "text", "10675199.02:48:05.4775807");
        RoundTrip(TimeSpan.MinValue, "text", "-10675199.02:48:05.4775808");
        RoundTrip(TimeSpan.Zero, "text", "00:00:00");
    }

    [Fact]
    public void Dates_TypedAsReal_AreJulianDays()
    {
        RoundTrip(new DateTime(2000, 1, 1, 12, 0, 0), "real", 2451545.0, SqliteType.Real);
        RoundTrip(new DateTime(1, 1, 1), "real", 1721425.5, SqliteType.Real);
        RoundTrip(new DateTime(9999, 12, 31, 23, 59, 59, 999), "real", 5373484.4999999884, SqliteType.Real);
        RoundTrip(new DateTimeOffset(2000, 1, 1, 12, 0, 0, TimeSpan.Zero), "real", 2451545.0, SqliteType.Real);
        RoundTrip(new DateOnly(2013, 10, 7), "real", 2456572.5, SqliteType.Real);
        RoundTrip(TimeSpan.FromHours(36), "real", 1.5, SqliteType.Real);
    }

    [Fact]
    public void JulianDays_OfEveryMonth_AgreeWithSqliteToAMillisecond()
    {
        // The original splits seconds in floating point and may lose one millisecond by it.
        const double millisecondInDays = 1.01 / 86_400_000;
        using var connection = TemporaryDatabase.OpenMemory();
        using var command = new SqliteCommand("SELECT julianday($text), $real", connection);
        var text = command.Parameters.Add("$text", SqliteType.Text);
        var real = command.Parameters.Add("$real", SqliteType.Real);
        for (var date = new DateTime(1600, 1, 31, 1, 2, 3, 456); date.Year < 2200; date = date.AddMonths(7).AddMilliseconds(1_234_567))
        {
            text.Value = date;
            real.Value = date;
            using var reader = command.ExecuteReader();
            Assert.True(reader.Read());
            Assert.Equal(reader.GetDouble(0), reader.GetDouble(1), millisecondInDays);
            Assert.Equal(date, reader.GetDateTime(1), TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public void Null_ReadsAsDBNullOrThrows()
    {
        using var connection = TemporaryDatabase.OpenMemory();
        using var command = new SqliteCommand("SELECT $value", connection);
        command.Parameters.AddWithValue("$value", DBNull.Value);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.True(reader.IsDBNull(0));
        Assert.Same(DBNull.Value, reader.GetValue(0));
        Assert.Same(DBNull.Value, reader.GetFieldValue<object>(0));
        Assert.Equal("", reader.GetTextReader(0).ReadToEnd());
        Assert.Throws<InvalidOperationException>(() => reader.GetFieldValue<string>(0));
        Assert.Throws<InvalidOperationException>(() => reader.GetFieldValue<int?>(0));
        Assert.Throws<InvalidOperationException>(() => reader.GetInt64(0));
        var error = Assert.Throws<InvalidOperationException>(() => reader.GetString(0));
        Assert.StartsWith("The data is NULL at ordinal 0.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_OfUnmappedType_IsRefused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => RoundTrip(new Version(1, 2), "text", "1.2"));
        Assert.Equal("No mapping exists from object type System.Version to a known managed provider native type.", error.Message);
    }

    [Fact]
    public void Number_TooBigForTheGetter_Overflows()
    {
        using var connection = TemporaryDatabase.OpenMemory();
        using var command = new SqliteCommand("SELECT 4294967296, 3.9, '12', 1.5", connection);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Throws<OverflowException>(() => reader.GetInt32(0));
        Assert.Throws<OverflowException>(() => reader.GetInt16(0));
        Assert.Throws<OverflowException>(() => reader.GetByte(0));
        Assert.Equal(3, reader.GetInt32(1));
        Assert.Equal(3.9f, reader.GetFloat(1));
        Assert.Equal(3.9m, reader.GetDecimal(1));
        Assert.Equal(12, reader.GetInt64(2));
        Assert.True(reader.GetBoolean(2));
        Assert.Equal(12, reader.GetFieldValue<int?>(2));
        Assert.Equal(TimeSpan.FromHours(36), reader.GetTimeSpan(3));
        Assert.Throws<InvalidCastException>(() => reader.GetFieldValue<DayOfWeek?>(2));
        Assert.Equal((DayOfWeek)12, reader.GetFieldValue<DayOfWeek>(2));
    }

    [Theory]
    [InlineData(typeof(int), SqliteType.Integer)]
    [InlineData(typeof(bool), SqliteType.Integer)]
    [InlineData(typeof(DayOfWeek), SqliteType.Integer)]
    [InlineData(typeof(double), SqliteType.Real)]
    [InlineData(typeof(decimal), SqliteType.Text)]
    [InlineData(typeof(DateTime), SqliteType.Text)]
    [InlineData(typeof(Guid), SqliteType.Text)]
    public void Parameter_WithoutType_TakesTheValuesDefault(Type type, SqliteType expected)
        => Assert.Equal(expected, new SqliteParameter("$x", Activator.CreateInstance(type)).SqliteType);

    private static void RoundTrip<T>(T value, string storageClass, object stored, SqliteType? type = null)
        where T : notnull
    {
        using var connection = TemporaryDatabase.OpenMemory();
        using var command = new SqliteCommand("CREATE TABLE t(v); INSERT INTO t VALUES ($value); SELECT v, typeof(v) FROM t", connection);
        var parameter = command.Parameters.AddWithValue("$value", value);
        if (type is { } given)
        {
            parameter.SqliteType = given;
        }

        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(storageClass, reader.GetString(1));
        Assert.Equal(stored, reader.GetValue(0));
        Assert.Equal(value, reader.GetFieldValue<T>(0));
        Assert.Equal(stored.GetType(), reader.GetFieldType(0));
    }
}
