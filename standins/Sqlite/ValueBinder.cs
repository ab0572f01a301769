using System.Globalization;
using Microsoft.Data.Sqlite.Native;

namespace Microsoft.Data.Sqlite;

/// <summary>How each .NET type is stored (https://learn.microsoft.com/dotnet/standard/data/sqlite/types).</summary>
internal static class ValueBinder
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Binds a value; text and blobs are cut to <paramref name="maxLength"/> characters or bytes.</summary>
    /// <exception cref="InvalidOperationException">The type has no mapping, or the value is NaN.</exception>
    internal static void Bind(Statement statement, int index, object value, int maxLength, SqliteType? type)
    {
        switch (value)
        {
            case long number: statement.Bind(index, number); break;
            case double number: BindReal(statement, index, number); break;
            case string text: BindText(statement, index, text, maxLength); break;
            case int number: statement.Bind(index, (long)number); break;
            case byte[] bytes: statement.Bind(index, bytes.AsSpan(0, Math.Min(bytes.Length, maxLength))); break;
            case DBNull: statement.BindNull(index); break;
            case float number: BindReal(statement, index, number); break;
            case bool flag: statement.Bind(index, flag ? 1L : 0L); break;
            case Enum constant: statement.Bind(index, ToInt64(constant)); break;
            case byte or sbyte or short or ushort or uint: statement.Bind(index, Convert.ToInt64(value, Invariant)); break;
            case ulong number: statement.Bind(index, unchecked((long)number)); break;
            case char character when type == SqliteType.Integer: statement.Bind(index, (long)character); break;
            case Guid guid when type == SqliteType.Blob: statement.Bind(index, guid.ToByteArray()); break;
            default:
                if (type == SqliteType.Real && ToReal(value) is { } real)
                {
                    BindReal(statement, index, real);
                }
                else
                {
                    BindText(statement, index, ToText(value), maxLength);
                }

                break;
        }
    }

    /// <summary>What a value is stored as when the caller does not say.</summary>
    internal static SqliteType DefaultTypeOf(object? value) => value switch
    {
        null or DBNull or string or char or decimal or Guid => SqliteType.Text,
        DateTime or DateTimeOffset or DateOnly or TimeOnly or TimeSpan => SqliteType.Text,
        byte[] => SqliteType.Blob,
        double or float => SqliteType.Real,
        Enum or bool or byte or sbyte or short or ushort or int or uint or long or ulong => SqliteType.Integer,
        _ => throw new InvalidOperationException(Messages.UnknownDataType(value.GetType())),
    };

    private static void BindReal(Statement statement, int index, double value)
    {
        // SQLite would store NULL in its place.
        if (double.IsNaN(value))
        {
            throw new InvalidOperationException(Messages.CannotStoreNaN);
        }

        statement.Bind(index, value);
    }

    private static void BindText(Statement statement, int index, string value, int maxLength)
        => statement.Bind(index, value.AsSpan(0, Math.Min(value.Length, maxLength)));

    private static long ToInt64(Enum value)
        => value.GetTypeCode() == TypeCode.UInt64
            ? unchecked((long)Convert.ToUInt64(value, Invariant))
            : Convert.ToInt64(value, Invariant);

    /// <summary>Julian days for a date, a fraction of a day for a time, days for a span.</summary>
    private static double? ToReal(object value) => value switch
    {
        DateTime date => JulianDay.FromDateTime(date),
        DateTimeOffset date => JulianDay.FromDateTime(date.UtcDateTime),
        DateOnly date => JulianDay.FromDateTime(date.ToDateTime(TimeOnly.MinValue)),
        TimeOnly time => JulianDay.FromTimeOfDay(time),
        TimeSpan span => span.TotalDays,
        _ => null,
    };

    private static string ToText(object value) => value switch
    {
        char character => character.ToString(),
        decimal number => number.ToString("0.0###########################", Invariant),
        Guid guid => guid.ToString().ToUpperInvariant(),
        DateTime date => date.ToString(@"yyyy\-MM\-dd HH\:mm\:ss.FFFFFFF", Invariant),
        DateTimeOffset date => date.ToString(@"yyyy\-MM\-dd HH\:mm\:ss.FFFFFFFzzz", Invariant),
        DateOnly date => date.ToString(@"yyyy\-MM\-dd", Invariant),
        TimeOnly time => time.ToString(time.Ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "HH:mm:ss.fffffff", Invariant),
        TimeSpan span => span.ToString("c", Invariant),
        _ => throw new InvalidOperationException(Messages.UnknownDataType(value.GetType())),
    };
}
