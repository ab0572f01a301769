using System.Collections;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Microsoft.Data.Sqlite;

/// <summary>A connection string as typed properties; a keyword that SQLite's provider does not know is refused.</summary>
public sealed class SqliteConnectionStringBuilder : DbConnectionStringBuilder
{
    private const string DataSourceKeyword = "Data Source";
    private const string ModeKeyword = "Mode";
    private const string CacheKeyword = "Cache";
    private const string ForeignKeysKeyword = "Foreign Keys";
    private const string RecursiveTriggersKeyword = "Recursive Triggers";
    private const string DefaultTimeoutKeyword = "Default Timeout";
    private const string PoolingKeyword = "Pooling";

    private const int DefaultTimeoutSeconds = 30;

    private static readonly string[] Keywords =
    [
        DataSourceKeyword, ModeKeyword, CacheKeyword, ForeignKeysKeyword, RecursiveTriggersKeyword, DefaultTimeoutKeyword,
        PoolingKeyword,
    ];

    private static readonly Dictionary<string, string> KeywordOf = new(StringComparer.OrdinalIgnoreCase)
    {
        [DataSourceKeyword] = DataSourceKeyword,
        ["DataSource"] = DataSourceKeyword,
        ["Filename"] = DataSourceKeyword,
        [ModeKeyword] = ModeKeyword,
        [CacheKeyword] = CacheKeyword,
        [ForeignKeysKeyword] = ForeignKeysKeyword,
        [RecursiveTriggersKeyword] = RecursiveTriggersKeyword,
        [DefaultTimeoutKeyword] = DefaultTimeoutKeyword,
        ["Command Timeout"] = DefaultTimeoutKeyword,
        [PoolingKeyword] = PoolingKeyword,
    };

    private string dataSource = "";
    private SqliteOpenMode mode;
    private SqliteCacheMode cache;
    private bool? foreignKeys;
    private bool recursiveTriggers;
    private int defaultTimeout = DefaultTimeoutSeconds;
    private bool pooling = true;

    /// <summary>Every property at its default.</summary>
    public SqliteConnectionStringBuilder()
    {
    }

    /// <summary>The properties that a connection string gives.</summary>
    /// <exception cref="ArgumentException">It has an unknown keyword or a value out of range.</exception>
    public SqliteConnectionStringBuilder(string? connectionString) => ConnectionString = connectionString;

    /// <summary>A path, <c>:memory:</c>, a <c>file:</c> URI, or empty for a temporary database.</summary>
    [AllowNull]
    public string DataSource
    {
        get => dataSource;
        set => base[DataSourceKeyword] = dataSource = value ?? "";
    }

    /// <summary>What opening may do to the file.</summary>
    public SqliteOpenMode Mode
    {
        get => mode;
        set => base[ModeKeyword] = mode = value;
    }

    /// <summary>Whether connections of this process share a page cache.</summary>
    public SqliteCacheMode Cache
    {
        get => cache;
        set => base[CacheKeyword] = cache = value;
    }

    /// <summary>Whether foreign keys are enforced; null leaves the library's default.</summary>
    public bool? ForeignKeys
    {
        get => foreignKeys;
        set => base[ForeignKeysKeyword] = foreignKeys = value;
    }

    /// <summary>Whether a trigger may fire itself.</summary>
    public bool RecursiveTriggers
    {
        get => recursiveTriggers;
        set => base[RecursiveTriggersKeyword] = recursiveTriggers = value;
    }

    /// <summary>Seconds that commands wait for a lock; 0 is for ever.</summary>
    public int DefaultTimeout
    {
        get => defaultTimeout;
        set => base[DefaultTimeoutKeyword] = defaultTimeout = value;
    }

    /// <summary>Whether closed connections are kept for the next Open.</summary>
    public bool Pooling
    {
        get => pooling;
        set => base[PoolingKeyword] = pooling = value;
    }

    /// <inheritdoc/>
    public override ICollection Keys => Array.AsReadOnly(Keywords);

    /// <inheritdoc/>
    public override ICollection Values => Array.AsReadOnly(Keywords.Select(Get).ToArray());

    /// <summary>The value of a keyword or of one of its aliases.</summary>
    /// <exception cref="ArgumentException">The keyword is unknown, or the value out of range.</exception>
    public override object? this[string keyword]
    {
#pragma warning disable CS8764 // "Foreign Keys" may be null, as in the original.
        get => Get(Canonical(keyword));
#pragma warning restore CS8764
        set
        {
            if (value is null)
            {
                Remove(keyword);
                return;
            }

            switch (Canonical(keyword))
            {
                case DataSourceKeyword: DataSource = Convert.ToString(value, CultureInfo.InvariantCulture); break;
                case ModeKeyword: Mode = ToEnum<SqliteOpenMode>(value); break;
                case CacheKeyword: Cache = ToEnum<SqliteCacheMode>(value); break;
                case ForeignKeysKeyword: ForeignKeys = value is "" ? null : ToBoolean(value); break;
                case RecursiveTriggersKeyword: RecursiveTriggers = ToBoolean(value); break;
                case DefaultTimeoutKeyword: DefaultTimeout = Convert.ToInt32(value, CultureInfo.InvariantCulture); break;
                default: Pooling = ToBoolean(value); break;
            }
        }
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        base.Clear();
        Array.ForEach(Keywords, Reset);
    }

    /// <inheritdoc/>
    public override bool ContainsKey(string keyword) => KeywordOf.ContainsKey(keyword);

    /// <inheritdoc/>
    public override bool Remove(string keyword)
    {
        if (!KeywordOf.TryGetValue(keyword, out var canonical) || !base.Remove(canonical))
        {
            return false;
        }

        Reset(canonical);
        return true;
    }

    /// <inheritdoc/>
    public override bool ShouldSerialize(string keyword)
        => KeywordOf.TryGetValue(keyword, out var canonical) && base.ShouldSerialize(canonical);

    /// <inheritdoc/>
#pragma warning disable CS8765 // As above: true with a null value for "Foreign Keys".
    public override bool TryGetValue(string keyword, out object? value)
#pragma warning restore CS8765
    {
        var known = KeywordOf.TryGetValue(keyword, out var canonical);
        value = known ? Get(canonical!) : null;
        return known;
    }

    private static string Canonical(string keyword)
        => KeywordOf.TryGetValue(keyword, out var canonical)
            ? canonical
            : throw new ArgumentException(Messages.KeywordNotSupported(keyword));

    private static bool ToBoolean(object value) => Convert.ToBoolean(value, CultureInfo.InvariantCulture);

    private static TEnum ToEnum<TEnum>(object value)
        where TEnum : struct, Enum
    {
        if (value is string text)
        {
            return Enum.Parse<TEnum>(text, ignoreCase: true);
        }

        if (value is not TEnum && value.GetType().IsEnum)
        {
            throw new ArgumentException(Messages.ConvertFailed(value.GetType(), typeof(TEnum)));
        }

        var constant = value is TEnum same ? same : (TEnum)Enum.ToObject(typeof(TEnum), value);
        return Enum.IsDefined(constant)
            ? constant
            : throw new ArgumentOutOfRangeException(nameof(value), value, Messages.InvalidEnumValue(typeof(TEnum), constant));
    }

    private object? Get(string canonical) => canonical switch
    {
        DataSourceKeyword => DataSource,
        ModeKeyword => Mode,
        CacheKeyword => Cache,
        ForeignKeysKeyword => ForeignKeys,
        RecursiveTriggersKeyword => RecursiveTriggers,
        DefaultTimeoutKeyword => DefaultTimeout,
        _ => Pooling,
    };

    private void Reset(string canonical)
    {
        switch (canonical)
        {
            case DataSourceKeyword: dataSource = ""; break;
            case ModeKeyword: mode = SqliteOpenMode.ReadWriteCreate; break;
            case CacheKeyword: cache = SqliteCacheMode.Default; break;
            case ForeignKeysKeyword: foreignKeys = null; break;
            case RecursiveTriggersKeyword: recursiveTriggers = false; break;
            case DefaultTimeoutKeyword: defaultTimeout = DefaultTimeoutSeconds; break;
            default: pooling = true; break;
        }
    }
}
