using System.Collections;
using System.Data.Common;
using Microsoft.Data.Sqlite.Native;

namespace Microsoft.Data.Sqlite;

/// <summary>The parameters of one command, in the order they were added; names are compared exactly.</summary>
public sealed class SqliteParameterCollection : DbParameterCollection
{
    private readonly List<SqliteParameter> parameters = [];

    internal SqliteParameterCollection()
    {
    }

    /// <inheritdoc/>
    public override int Count => parameters.Count;

    /// <inheritdoc/>
    public override object SyncRoot => ((ICollection)parameters).SyncRoot;

    /// <summary>The parameter at a position.</summary>
    public new SqliteParameter this[int index]
    {
        get => parameters[index];
        set => parameters[index] = value;
    }

    /// <summary>The parameter with a name.</summary>
    /// <exception cref="IndexOutOfRangeException">There is none.</exception>
    public new SqliteParameter this[string parameterName]
    {
        get => parameters[RequiredIndexOf(parameterName)];
        set => parameters[RequiredIndexOf(parameterName)] = value;
    }

    /// <inheritdoc/>
    public override int Add(object value)
    {
        parameters.Add((SqliteParameter)value);
        return Count - 1;
    }

    /// <summary>Adds a parameter and returns it.</summary>
    public SqliteParameter Add(SqliteParameter value)
    {
        parameters.Add(value);
        return value;
    }

    /// <summary>Adds a parameter whose value will be set later, for a prepared command.</summary>
    public SqliteParameter Add(string? parameterName, SqliteType type) => Add(new SqliteParameter(parameterName, type));

    /// <inheritdoc cref="Add(string, SqliteType)"/>
    public SqliteParameter Add(string? parameterName, SqliteType type, int size)
        => Add(new SqliteParameter(parameterName, type, size));

    /// <summary>Adds a named value; its .NET type decides how it is stored.</summary>
    public SqliteParameter AddWithValue(string? parameterName, object? value) => Add(new SqliteParameter(parameterName, value));

    /// <inheritdoc/>
    public override void AddRange(Array values) => AddRange(values.Cast<SqliteParameter>());

    /// <summary>Adds several parameters.</summary>
    public void AddRange(IEnumerable<SqliteParameter> values) => parameters.AddRange(values);

    /// <inheritdoc/>
    public override void Clear() => parameters.Clear();

    /// <inheritdoc/>
    public override bool Contains(object value) => parameters.Contains((SqliteParameter)value);

    /// <inheritdoc/>
    public override bool Contains(string value) => IndexOf(value) >= 0;

    /// <inheritdoc/>
    public override void CopyTo(Array array, int index) => parameters.CopyTo((SqliteParameter[])array, index);

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => parameters.GetEnumerator();

    /// <inheritdoc/>
    public override int IndexOf(object value) => parameters.IndexOf((SqliteParameter)value);

    /// <inheritdoc/>
    public override int IndexOf(string parameterName)
        => parameters.FindIndex(parameter => parameter.ParameterName == parameterName);

    /// <inheritdoc/>
    public override void Insert(int index, object value) => parameters.Insert(index, (SqliteParameter)value);

    /// <inheritdoc/>
    public override void Remove(object value) => parameters.Remove((SqliteParameter)value);

    /// <inheritdoc/>
    public override void RemoveAt(int index) => parameters.RemoveAt(index);

    /// <inheritdoc/>
    public override void RemoveAt(string parameterName) => parameters.RemoveAt(RequiredIndexOf(parameterName));

    /// <inheritdoc/>
    protected override DbParameter GetParameter(int index) => this[index];

    /// <inheritdoc/>
    protected override DbParameter GetParameter(string parameterName) => this[parameterName];

    /// <inheritdoc/>
    protected override void SetParameter(int index, DbParameter value) => this[index] = (SqliteParameter)value;

    /// <inheritdoc/>
    protected override void SetParameter(string parameterName, DbParameter value) => this[parameterName] = (SqliteParameter)value;

    /// <summary>Binds every parameter that the statement names.</summary>
    /// <returns>How many it names.</returns>
    internal int Bind(Statement statement)
    {
        var bound = 0;
        foreach (var parameter in parameters)
        {
            bound += parameter.Bind(statement) ? 1 : 0;
        }

        return bound;
    }

    private int RequiredIndexOf(string parameterName)
    {
        var index = IndexOf(parameterName);
        return index >= 0 ? index : throw new IndexOutOfRangeException(Messages.ParameterNotFound(parameterName));
    }
}
