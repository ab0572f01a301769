using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Data.Sqlite.Native;

namespace Microsoft.Data.Sqlite;

public sealed partial class SqliteDataReader
{
    private Dictionary<string, int>? ordinals;
    private int[]? lastTypes;

    /// <inheritdoc/>
    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <inheritdoc/>
    public override object this[int ordinal] => GetValue(ordinal);

    /// <inheritdoc/>
    public override string GetName(int ordinal)
    {
        var statement = Result();
        return statement.ColumnName(CheckOrdinal(statement, ordinal))!;
    }

    /// <summary>The position of a column; its exact case first, then any case.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    /// <exception cref="InvalidOperationException">Two columns differ from the name only by case.</exception>
    public override int GetOrdinal(string name)
    {
        var statement = Result();
        if (ordinals is null)
        {
            ordinals = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < statement.ColumnCount; i++)
            {
                ordinals[statement.ColumnName(i)!] = i;
            }
        }

        if (ordinals.TryGetValue(name, out var ordinal))
        {
            return ordinal;
        }

        var matches = ordinals.Where(column => string.Equals(column.Key, name, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray();
        return matches.Length switch
        {
            0 => throw new ArgumentOutOfRangeException(nameof(name), name, message: null),
            1 => ordinals[name] = matches[0].Value,
            _ => throw new InvalidOperationException(Messages.AmbiguousColumn(name, matches[0].Key, matches[1].Key)),
        };
    }

    /// <summary>The declared type without its length; for an expression, the storage class of the current value.</summary>
    public override string GetDataTypeName(int ordinal)
    {
        var statement = Result();
        CheckOrdinal(statement, ordinal);
        if (statement.ColumnDeclaration(ordinal) is { } declared)
        {
            var length = declared.IndexOf('(', StringComparison.Ordinal);
            return length < 0 ? declared : declared[..length];
        }

        return statement.ColumnType(ordinal) switch
        {
            NativeMethods.TypeInteger => "INTEGER",
            NativeMethods.TypeFloat => "REAL",
            NativeMethods.TypeText => "TEXT",
            _ => "BLOB",
        };
    }

    /// <summary>long, double, string or byte[]: of the current value, or of the column's latest or declared type when it is NULL.</summary>
    public override Type GetFieldType(int ordinal)
    {
        var statement = Result();
        var type = statement.ColumnType(CheckOrdinal(statement, ordinal));
        lastTypes ??= new int[statement.ColumnCount];
        if (type != NativeMethods.TypeNull)
        {
            lastTypes[ordinal] = type;
        }
        else
        {
            type = lastTypes[ordinal] != 0 ? lastTypes[ordinal] : AffinityOf(GetDataTypeName(ordinal));
        }

        return type switch
        {
            NativeMethods.TypeInteger => typeof(long),
            NativeMethods.TypeFloat => typeof(double),
            NativeMethods.TypeText => typeof(string),
            _ => typeof(byte[]),
        };
    }

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => TypeAt(ordinal) == NativeMethods.TypeNull;

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) => NotNull(ordinal).ColumnInt64(ordinal);

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) => NotNull(ordinal).ColumnDouble(ordinal);

    /// <inheritdoc/>
    public override string GetString(int ordinal) => NotNull(ordinal).ColumnString(ordinal);

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => GetInt64(ordinal) != 0;

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) => checked((byte)GetInt64(ordinal));

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) => checked((short)GetInt64(ordinal));

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) => checked((int)GetInt64(ordinal));

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) => (float)GetDouble(ordinal);

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal)
        => decimal.Parse(GetString(ordinal), NumberStyles.Number | NumberStyles.AllowExponent, CultureInfo.InvariantCulture);

    /// <summary>A text of one character, or a number.</summary>
    public override char GetChar(int ordinal)
        => TypeAt(ordinal) == NativeMethods.TypeText && GetString(ordinal) is [var only] ? only : checked((char)GetInt64(ordinal));

    /// <summary>A text, or the 16 bytes of <see cref="Guid.ToByteArray()"/>.</summary>
    public override Guid GetGuid(int ordinal)
    {
        if (TypeAt(ordinal) != NativeMethods.TypeBlob)
        {
            return new Guid(GetString(ordinal));
        }

        var bytes = CopyBlob(ordinal);
        return bytes.Length == 16 ? new Guid(bytes) : new Guid(Encoding.UTF8.GetString(bytes));
    }

    /// <summary>A text, or a Julian day; one with an offset is converted to UTC.</summary>
    public override DateTime GetDateTime(int ordinal)
    {
        if (IsNumber(ordinal))
        {
            return JulianDay.ToDateTime(GetDouble(ordinal));
        }

        var value = DateTime.Parse(GetString(ordinal), CultureInfo.InvariantCulture);
        return value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value;
    }

    /// <summary>A text, in UTC unless it has an offset, or a Julian day in UTC.</summary>
    public DateTimeOffset GetDateTimeOffset(int ordinal)
        => IsNumber(ordinal)
            ? new DateTimeOffset(JulianDay.ToDateTime(GetDouble(ordinal)), TimeSpan.Zero)
            : DateTimeOffset.Parse(GetString(ordinal), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>A text, or a number of days.</summary>
    public TimeSpan GetTimeSpan(int ordinal)
        => IsNumber(ordinal)
            ? TimeSpan.FromDays(GetDouble(ordinal))
            : TimeSpan.Parse(GetString(ordinal), CultureInfo.InvariantCulture);

    /// <summary>Copies a part of a value's bytes, or gives their number when <paramref name="buffer"/> is null.</summary>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        var bytes = NotNull(ordinal).ColumnBlob(ordinal);
        if (buffer is null)
        {
            return bytes.Length;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(dataOffset);
        var part = dataOffset >= bytes.Length ? [] : bytes[(int)dataOffset..];
        part = part[..Math.Min(part.Length, length)];
        part.CopyTo(buffer.AsSpan(bufferOffset));
        GC.KeepAlive(this);
        return part.Length;
    }

    /// <summary>Copies a part of a text's characters, or gives their number when <paramref name="buffer"/> is null.</summary>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
    {
        var text = NotNull(ordinal).ColumnString(ordinal);
        if (buffer is null)
        {
            return text.Length;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(dataOffset, text.Length);
        var count = Math.Min(text.Length - (int)dataOffset, length);
        text.CopyTo((int)dataOffset, buffer, bufferOffset, count);
        return count;
    }

    /// <summary>The value's bytes, copied.</summary>
    public override Stream GetStream(int ordinal) => new MemoryStream(CopyBlob(ordinal), writable: false);

    /// <summary>The value's text; NULL reads as empty.</summary>
    public override TextReader GetTextReader(int ordinal)
        => IsDBNull(ordinal) ? new StringReader("") : new StreamReader(GetStream(ordinal), Encoding.UTF8);

    /// <summary>long, double, string, byte[] or <see cref="DBNull"/>, by the storage class of the value.</summary>
    public override object GetValue(int ordinal) => TypeAt(ordinal) switch
    {
        NativeMethods.TypeInteger => current!.ColumnInt64(ordinal),
        NativeMethods.TypeFloat => current!.ColumnDouble(ordinal),
        NativeMethods.TypeText => current!.ColumnString(ordinal),
        NativeMethods.TypeBlob => CopyBlob(ordinal),
        _ => DBNull.Value,
    };

    /// <inheritdoc/>
    /// <exception cref="IndexOutOfRangeException">The array is shorter than the row, as in the original.</exception>
    public override int GetValues(object?[] values)
    {
        var count = Result().ColumnCount;
        for (var i = 0; i < count; i++)
        {
            values[i] = GetValue(i);
        }

        return count;
    }

    /// <summary>The value as any mapped type, its nullable form, or an enum.</summary>
    /// <exception cref="InvalidOperationException">The value is NULL and the type is neither object nor DBNull.</exception>
    /// <exception cref="InvalidCastException">The type is a nullable enum, or has no mapping.</exception>
    public override T GetFieldValue<T>(int ordinal)
    {
        // The compiler keeps only the branch of T, so the casts through object cost nothing.
        if (typeof(T) == typeof(long))
        {
            return (T)(object)GetInt64(ordinal);
        }

        if (typeof(T) == typeof(double))
        {
            return (T)(object)GetDouble(ordinal);
        }

        if (typeof(T) == typeof(int))
        {
            return (T)(object)GetInt32(ordinal);
        }

        if (typeof(T) == typeof(Stream))
        {
            return (T)(object)GetStream(ordinal);
        }

        if (typeof(T) == typeof(TextReader))
        {
            return (T)(object)GetTextReader(ordinal);
        }

        if (IsDBNull(ordinal))
        {
            return typeof(T) == typeof(object) || typeof(T) == typeof(DBNull)
                ? (T)(object)DBNull.Value
                : throw new InvalidOperationException(Messages.CalledOnNull(ordinal));
        }

        return (T)Convert(ordinal, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T));
    }

    /// <summary>An enum has its underlying type's code: it is unboxed from that, which a nullable enum cannot be.</summary>
    private object Convert(int ordinal, Type type)
    {
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => GetBoolean(ordinal),
            TypeCode.Char => GetChar(ordinal),
            TypeCode.SByte => checked((sbyte)GetInt64(ordinal)),
            TypeCode.Byte => GetByte(ordinal),
            TypeCode.Int16 => GetInt16(ordinal),
            TypeCode.UInt16 => checked((ushort)GetInt64(ordinal)),
            TypeCode.Int32 => GetInt32(ordinal),
            TypeCode.UInt32 => checked((uint)GetInt64(ordinal)),
            TypeCode.Int64 => GetInt64(ordinal),
            TypeCode.UInt64 => unchecked((ulong)GetInt64(ordinal)),
            TypeCode.Single => GetFloat(ordinal),
            TypeCode.Double => GetDouble(ordinal),
            TypeCode.Decimal => GetDecimal(ordinal),
            TypeCode.DateTime => GetDateTime(ordinal),
            TypeCode.String => GetString(ordinal),
            _ when type == typeof(byte[]) => CopyBlob(ordinal),
            _ when type == typeof(Guid) => GetGuid(ordinal),
            _ when type == typeof(DateTimeOffset) => GetDateTimeOffset(ordinal),
            _ when type == typeof(TimeSpan) => GetTimeSpan(ordinal),
            _ when type == typeof(DateOnly) => IsNumber(ordinal)
                ? DateOnly.FromDateTime(JulianDay.ToDateTime(GetDouble(ordinal)))
                : DateOnly.Parse(GetString(ordinal), CultureInfo.InvariantCulture),
            _ when type == typeof(TimeOnly) => TimeOnly.Parse(GetString(ordinal), CultureInfo.InvariantCulture),
            _ => GetValue(ordinal),
        };
    }

    private void ForgetColumns()
    {
        ordinals = null;
        lastTypes = null;
    }

    private Statement Result([CallerMemberName] string operation = "")
        => closed
            ? throw new InvalidOperationException(Messages.ReaderClosed(operation))
            : current ?? throw new InvalidOperationException(Messages.NoData);

    private int TypeAt(int ordinal, [CallerMemberName] string operation = "")
    {
        var statement = Result(operation);
        if (!onRow)
        {
            throw new InvalidOperationException(Messages.NoData);
        }

        // NULL is also what SQLite says of a column that is not there.
        var type = statement.ColumnType(ordinal);
        if (type == NativeMethods.TypeNull)
        {
            CheckOrdinal(statement, ordinal);
        }

        return type;
    }

    private Statement NotNull(int ordinal, [CallerMemberName] string operation = "")
        => TypeAt(ordinal, operation) == NativeMethods.TypeNull
            ? throw new InvalidOperationException(Messages.CalledOnNull(ordinal))
            : current!;

    private byte[] CopyBlob(int ordinal, [CallerMemberName] string operation = "")
    {
        var copy = NotNull(ordinal, operation).ColumnBlob(ordinal).ToArray();
        GC.KeepAlive(this);
        return copy;
    }

    private bool IsNumber(int ordinal) => TypeAt(ordinal) is NativeMethods.TypeInteger or NativeMethods.TypeFloat;

    private static int CheckOrdinal(Statement statement, int ordinal)
        => ordinal >= 0 && ordinal < statement.ColumnCount
            ? ordinal
            : throw new ArgumentOutOfRangeException(nameof(ordinal), ordinal, message: null);

    /// <summary>The rules of https://www.sqlite.org/datatype3.html#determination_of_column_affinity; numeric counts as text.</summary>
    private static int AffinityOf(string declared)
    {
        bool Has(string part) => declared.Contains(part, StringComparison.OrdinalIgnoreCase);
        return Has("INT") ? NativeMethods.TypeInteger
            : Has("CHAR") || Has("CLOB") || Has("TEXT") ? NativeMethods.TypeText
            : Has("BLOB") ? NativeMethods.TypeBlob
            : Has("REAL") || Has("FLOA") || Has("DOUB") ? NativeMethods.TypeFloat
            : NativeMethods.TypeText;
    }
}
