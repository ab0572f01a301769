using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite.Native;

namespace Microsoft.Data.Sqlite;

/// <summary>A value for a parameter of the SQL text, found by name with or without its prefix (<c>@</c>, <c>$</c>, <c>:</c>).</summary>
public sealed class SqliteParameter : DbParameter
{
    private string parameterName = "";
    private string sourceColumn = "";
    private SqliteType? sqliteType;
    private int? size;

    /// <summary>A parameter without a name or value.</summary>
    public SqliteParameter()
    {
    }

    /// <summary>A named value.</summary>
    public SqliteParameter(string? name, object? value)
    {
        ParameterName = name;
        Value = value;
    }

    /// <summary>A parameter whose value will be stored as the given type.</summary>
    public SqliteParameter(string? name, SqliteType type)
    {
        ParameterName = name;
        SqliteType = type;
    }

    /// <summary>A parameter whose value will be cut to <paramref name="size"/> characters or bytes.</summary>
    public SqliteParameter(string? name, SqliteType type, int size)
        : this(name, type) => Size = size;

    /// <summary>Kept for the caller; <see cref="SqliteType"/> decides how the value is stored.</summary>
    public override DbType DbType { get; set; } = DbType.String;

    /// <summary>How the value is stored; by default what its .NET type maps to.</summary>
    /// <exception cref="InvalidOperationException">The value's type has no mapping.</exception>
    public SqliteType SqliteType
    {
        get => sqliteType ?? ValueBinder.DefaultTypeOf(Value);
        set => sqliteType = value;
    }

    /// <summary>Always <see cref="ParameterDirection.Input"/>.</summary>
    /// <exception cref="ArgumentException">Another direction was set.</exception>
    public override ParameterDirection Direction
    {
        get => ParameterDirection.Input;
        set
        {
            if (value != ParameterDirection.Input)
            {
                throw new ArgumentException(Messages.InvalidDirection(value));
            }
        }
    }

    /// <inheritdoc/>
    public override bool IsNullable { get; set; }

    /// <inheritdoc/>
    [AllowNull]
    public override string ParameterName
    {
        get => parameterName;
        set => parameterName = value ?? "";
    }

    /// <summary>The greatest length stored, in characters or bytes; -1 for no limit.</summary>
    public override int Size
    {
        get => size ?? Value switch { string text => text.Length, byte[] bytes => bytes.Length, _ => 0 };
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, -1);
            size = value;
        }
    }

    /// <inheritdoc/>
    [AllowNull]
    public override string SourceColumn
    {
        get => sourceColumn;
        set => sourceColumn = value ?? "";
    }

    /// <inheritdoc/>
    public override bool SourceColumnNullMapping { get; set; }

    /// <summary>The value; <see cref="DBNull.Value"/> for NULL, since null means that none was set.</summary>
    public override object? Value { get; set; }

    /// <inheritdoc/>
    public override void ResetDbType()
    {
        DbType = DbType.String;
        sqliteType = null;
    }

    /// <summary>Binds the value where the statement names this parameter.</summary>
    /// <returns>False when the statement does not name it.</returns>
    internal bool Bind(Statement statement)
    {
        if (parameterName.Length == 0)
        {
            throw new InvalidOperationException(Messages.RequiresSet(nameof(ParameterName)));
        }

        var index = statement.IndexOfParameter(parameterName);
        if (index == 0)
        {
            index = IndexOfPrefixed(statement);
            if (index == 0)
            {
                return false;
            }
        }

        if (Value is null)
        {
            throw new InvalidOperationException(Messages.RequiresSet(nameof(Value)));
        }

        ValueBinder.Bind(statement, index, Value, size is null or -1 ? int.MaxValue : size.Value, sqliteType);
        return true;
    }

    private int IndexOfPrefixed(Statement statement)
    {
        if (parameterName[0] is '@' or '$' or ':')
        {
            return 0;
        }

        var found = 0;
        ReadOnlySpan<string> prefixes = ["@", "$", ":"];
        foreach (var prefix in prefixes)
        {
            var index = statement.IndexOfParameter(prefix + parameterName);
            if (index != 0 && found != 0)
            {
                throw new InvalidOperationException(Messages.AmbiguousParameter(parameterName));
            }

            found = index != 0 ? index : found;
        }

        return found;
    }
}
