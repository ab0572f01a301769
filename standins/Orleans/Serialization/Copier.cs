namespace Orleans.Standin.Serialization;

/// <summary>Copies the values of one type.</summary>
internal abstract class Copier
{
    /// <summary>Whether the value is its own copy.</summary>
    public virtual bool IsIdentity => false;

    public abstract object Copy(object value, CopyContext context);
}

internal sealed class IdentityCopier : Copier
{
    public static readonly IdentityCopier Instance = new();

    public override bool IsIdentity => true;

    public override object Copy(object value, CopyContext context) => value;
}

/// <summary>A copier of a collection type that makes its copy from the items.</summary>
internal abstract class Copier<T> : Copier
{
    public sealed override object Copy(object value, CopyContext context) => Copy((T)value, context)!;

    protected abstract T Copy(T value, CopyContext context);

    protected static T Recorded(T original, T copy, CopyContext context)
    {
        context.Record(original!, copy!);
        return copy;
    }
}
