using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.Data.Sqlite.Native;

/// <summary>
/// One prepared statement: its parameters by name, and the row it stands on. Calls on a row end with
/// <see cref="GC.KeepAlive"/>, because a finalizer must not run while SQLite works on the raw handle.
/// </summary>
internal sealed unsafe class Statement : SafeHandle
{
    // Up to here text is encoded on the stack and copied by SQLite; above it is encoded into memory that SQLite takes over.
    private const int StackTextBytes = 512;

    private readonly Database database;
    private readonly string?[] parameterNames;
    private readonly Dictionary<string, int> parameterIndexes;

    private Statement(nint statement, Database database)
        : base(0, ownsHandle: true)
    {
        SetHandle(statement);
        this.database = database;
        IsReadOnly = NativeMethods.sqlite3_stmt_readonly(handle) != 0;
        parameterNames = new string?[NativeMethods.sqlite3_bind_parameter_count(handle)];
        parameterIndexes = new Dictionary<string, int>(parameterNames.Length, StringComparer.Ordinal);
        for (var index = 1; index <= parameterNames.Length; index++)
        {
            if (Text(NativeMethods.sqlite3_bind_parameter_name(handle, index)) is { } name)
            {
                parameterNames[index - 1] = name;
                parameterIndexes.Add(name, index);
            }
        }
    }

    public override bool IsInvalid => handle == 0;

    internal bool IsReadOnly { get; }

    internal bool IsExplain => NativeMethods.sqlite3_stmt_isexplain(handle) != 0;

    /// <summary>Names with their prefix, in order of position; null for a bare <c>?</c>.</summary>
    internal ReadOnlySpan<string?> ParameterNames => parameterNames;

    internal int ColumnCount => NativeMethods.sqlite3_column_count(handle);

    /// <summary>Prepares the first statement of <paramref name="sql"/> (UTF-8) from <paramref name="offset"/> on.</summary>
    /// <returns>SQLite's result code; <paramref name="statement"/> is null for white space or a comment.</returns>
    internal static int Prepare(Database database, byte[] sql, ref int offset, out Statement? statement)
    {
        fixed (byte* start = sql)
        {
            var rc = NativeMethods.sqlite3_prepare_v2(database.Pointer, start + offset, sql.Length - offset, out var prepared, out var tail);
            GC.KeepAlive(database);
            statement = prepared == 0 ? null : new Statement(prepared, database);
            if (rc == NativeMethods.Ok)
            {
                offset = (int)(tail - start);
            }

            return rc;
        }
    }

    /// <summary>The 1-based position of the parameter with exactly this name, prefix included; 0 when there is none.</summary>
    internal int IndexOfParameter(string name) => parameterIndexes.GetValueOrDefault(name);

    internal int Step()
    {
        var rc = NativeMethods.sqlite3_step(handle);
        GC.KeepAlive(this);
        return rc;
    }

    internal int Reset()
    {
        var rc = NativeMethods.sqlite3_reset(handle);
        GC.KeepAlive(this);
        return rc;
    }

    internal void BindNull(int index) => Check(NativeMethods.sqlite3_bind_null(handle, index));

    internal void Bind(int index, long value) => Check(NativeMethods.sqlite3_bind_int64(handle, index, value));

    internal void Bind(int index, double value) => Check(NativeMethods.sqlite3_bind_double(handle, index, value));

    internal void Bind(int index, ReadOnlySpan<byte> value)
    {
        // A null pointer would bind NULL, so an empty blob needs an address too.
        byte none;
        fixed (byte* bytes = value)
        {
            Check(NativeMethods.sqlite3_bind_blob(handle, index, bytes == null ? &none : bytes, value.Length, NativeMethods.Transient));
        }
    }

    internal void Bind(int index, ReadOnlySpan<char> value)
    {
        if (Encoding.UTF8.GetMaxByteCount(value.Length) <= StackTextBytes)
        {
            var small = stackalloc byte[StackTextBytes];
            var written = Encoding.UTF8.GetBytes(value, new Span<byte>(small, StackTextBytes));
            Check(NativeMethods.sqlite3_bind_text(handle, index, small, written, NativeMethods.Transient));
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        var bytes = NativeMethods.sqlite3_malloc64((ulong)length);
        if (bytes == null)
        {
            throw new OutOfMemoryException($"SQLite could not allocate {length} bytes for a text value.");
        }

        Encoding.UTF8.GetBytes(value, new Span<byte>(bytes, length));
        Check(NativeMethods.sqlite3_bind_text(handle, index, bytes, length, NativeMethods.FreeFunction));
    }

    internal string? ColumnName(int ordinal) => Text(NativeMethods.sqlite3_column_name(handle, ordinal));

    internal string? ColumnDeclaration(int ordinal) => Text(NativeMethods.sqlite3_column_decltype(handle, ordinal));

    internal int ColumnType(int ordinal)
    {
        var type = NativeMethods.sqlite3_column_type(handle, ordinal);
        GC.KeepAlive(this);
        return type;
    }

    internal long ColumnInt64(int ordinal)
    {
        var value = NativeMethods.sqlite3_column_int64(handle, ordinal);
        GC.KeepAlive(this);
        return value;
    }

    internal double ColumnDouble(int ordinal)
    {
        var value = NativeMethods.sqlite3_column_double(handle, ordinal);
        GC.KeepAlive(this);
        return value;
    }

    internal string ColumnString(int ordinal)
    {
        var text = NativeMethods.sqlite3_column_text(handle, ordinal);
        var value = text == null ? "" : Encoding.UTF8.GetString(text, NativeMethods.sqlite3_column_bytes(handle, ordinal));
        GC.KeepAlive(this);
        return value;
    }

    /// <summary>The bytes of a value, in SQLite's memory: valid until the next call on this column or step, and while
    /// the caller keeps this statement alive.</summary>
    internal ReadOnlySpan<byte> ColumnBlob(int ordinal)
    {
        var bytes = NativeMethods.sqlite3_column_blob(handle, ordinal);
        return new ReadOnlySpan<byte>(bytes, bytes == null ? 0 : NativeMethods.sqlite3_column_bytes(handle, ordinal));
    }

    internal static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    protected override bool ReleaseHandle()
    {
        NativeMethods.sqlite3_finalize(handle);
        handle = 0;
        return true;
    }

    private void Check(int rc)
    {
        database.ThrowOnError(rc);
        GC.KeepAlive(this);
    }
}
