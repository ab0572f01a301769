// The copiers of the library's collections together in one file: each is a loop.
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace Orleans.Standin.Serialization;

internal sealed class ArrayCopier<T> : Copier<T[]>
{
    protected override T[] Copy(T[] value, CopyContext context)
    {
        T[] copy = Recorded(value, (T[])value.Clone(), context);
        if (!Shallow.Is(typeof(T)))
        {
            for (int index = 0; index < copy.Length; index++)
            {
                copy[index] = context.Copy(value[index]);
            }
        }

        return copy;
    }
}

internal sealed class ArrayOfRanksCopier : Copier
{
    public override object Copy(object value, CopyContext context)
    {
        object copy = ((Array)value).Clone();
        context.Record(value, copy);
        return copy;
    }
}

internal sealed class ListCopier<T> : Copier<List<T>>
{
    protected override List<T> Copy(List<T> value, CopyContext context)
    {
        if (Shallow.Is(typeof(T)))
        {
            return Recorded(value, [.. value], context);
        }

        List<T> copy = Recorded(value, new List<T>(value.Count), context);
        foreach (T item in value)
        {
            copy.Add(context.Copy(item));
        }

        return copy;
    }
}

internal sealed class HashSetCopier<T> : Copier<HashSet<T>>
{
    protected override HashSet<T> Copy(HashSet<T> value, CopyContext context)
    {
        HashSet<T> copy = Recorded(value, new HashSet<T>(value.Count, value.Comparer), context);
        foreach (T item in value)
        {
            copy.Add(context.Copy(item));
        }

        return copy;
    }
}

internal sealed class QueueCopier<T> : Copier<Queue<T>>
{
    protected override Queue<T> Copy(Queue<T> value, CopyContext context)
    {
        Queue<T> copy = Recorded(value, new Queue<T>(value.Count), context);
        foreach (T item in value)
        {
            copy.Enqueue(context.Copy(item));
        }

        return copy;
    }
}

internal sealed class StackCopier<T> : Copier<Stack<T>>
{
    protected override Stack<T> Copy(Stack<T> value, CopyContext context)
    {
        Stack<T> copy = Recorded(value, new Stack<T>(value.Count), context);
        foreach (T item in value.Reverse())
        {
            copy.Push(context.Copy(item));
        }

        return copy;
    }
}

internal sealed class SortedSetCopier<T> : Copier<SortedSet<T>>
{
    protected override SortedSet<T> Copy(SortedSet<T> value, CopyContext context)
    {
        SortedSet<T> copy = Recorded(value, new SortedSet<T>(value.Comparer), context);
        foreach (T item in value)
        {
            copy.Add(context.Copy(item));
        }

        return copy;
    }
}

/// <summary>For dictionaries that are filled through their interface.</summary>
internal abstract class FilledCopier<TMap, TKey, TValue> : Copier<TMap>
    where TMap : class, IDictionary<TKey, TValue>
    where TKey : notnull
{
    protected sealed override TMap Copy(TMap value, CopyContext context)
    {
        TMap copy = Recorded(value, Empty(value), context);
        foreach (KeyValuePair<TKey, TValue> pair in value)
        {
            copy.Add(context.Copy(pair.Key), context.Copy(pair.Value));
        }

        return copy;
    }

    protected abstract TMap Empty(TMap like);
}

internal sealed class DictionaryCopier<TKey, TValue> : FilledCopier<Dictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    protected override Dictionary<TKey, TValue> Empty(Dictionary<TKey, TValue> like) => new(like.Count, like.Comparer);
}

internal sealed class SortedDictionaryCopier<TKey, TValue> : FilledCopier<SortedDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    protected override SortedDictionary<TKey, TValue> Empty(SortedDictionary<TKey, TValue> like) => new(like.Comparer);
}

internal sealed class SortedListCopier<TKey, TValue> : FilledCopier<SortedList<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    protected override SortedList<TKey, TValue> Empty(SortedList<TKey, TValue> like) => new(like.Count, like.Comparer);
}

internal sealed class ConcurrentDictionaryCopier<TKey, TValue> : FilledCopier<ConcurrentDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    protected override ConcurrentDictionary<TKey, TValue> Empty(ConcurrentDictionary<TKey, TValue> like) => new(like.Comparer);
}

internal sealed class ReadOnlyCollectionCopier<T> : Copier<ReadOnlyCollection<T>>
{
    protected override ReadOnlyCollection<T> Copy(ReadOnlyCollection<T> value, CopyContext context) =>
        Recorded(value, new ReadOnlyCollection<T>([.. value.Select(context.Copy)]), context);
}

internal sealed class ReadOnlyDictionaryCopier<TKey, TValue> : Copier<ReadOnlyDictionary<TKey, TValue>>
    where TKey : notnull
{
    protected override ReadOnlyDictionary<TKey, TValue> Copy(ReadOnlyDictionary<TKey, TValue> value, CopyContext context) =>
        Recorded(value, new ReadOnlyDictionary<TKey, TValue>(
            value.ToDictionary(pair => context.Copy(pair.Key), pair => context.Copy(pair.Value))), context);
}

internal sealed class ImmutableArrayCopier<T> : Copier<ImmutableArray<T>>
{
    protected override ImmutableArray<T> Copy(ImmutableArray<T> value, CopyContext context) =>
        value.IsDefaultOrEmpty || Shallow.Is(typeof(T)) ? value : [.. value.Select(context.Copy)];
}

internal sealed class ImmutableListCopier<T> : Copier<ImmutableList<T>>
{
    protected override ImmutableList<T> Copy(ImmutableList<T> value, CopyContext context) =>
        value.IsEmpty || Shallow.Is(typeof(T)) ? value : Recorded(value, [.. value.Select(context.Copy)], context);
}

internal sealed class ImmutableHashSetCopier<T> : Copier<ImmutableHashSet<T>>
{
    protected override ImmutableHashSet<T> Copy(ImmutableHashSet<T> value, CopyContext context) =>
        value.IsEmpty || Shallow.Is(typeof(T))
            ? value
            : Recorded(value, ImmutableHashSet.CreateRange(value.KeyComparer, value.Select(context.Copy)), context);
}

internal sealed class ImmutableDictionaryCopier<TKey, TValue> : Copier<ImmutableDictionary<TKey, TValue>>
    where TKey : notnull
{
    protected override ImmutableDictionary<TKey, TValue> Copy(ImmutableDictionary<TKey, TValue> value, CopyContext context) =>
        value.IsEmpty || (Shallow.Is(typeof(TKey)) && Shallow.Is(typeof(TValue)))
            ? value
            : Recorded(value, value.ToImmutableDictionary(
                pair => context.Copy(pair.Key), pair => context.Copy(pair.Value), value.KeyComparer, value.ValueComparer), context);
}

internal sealed class ImmutableSortedDictionaryCopier<TKey, TValue> : Copier<ImmutableSortedDictionary<TKey, TValue>>
    where TKey : notnull
{
    protected override ImmutableSortedDictionary<TKey, TValue> Copy(
        ImmutableSortedDictionary<TKey, TValue> value, CopyContext context) =>
        value.IsEmpty || (Shallow.Is(typeof(TKey)) && Shallow.Is(typeof(TValue)))
            ? value
            : Recorded(value, value.ToImmutableSortedDictionary(
                pair => context.Copy(pair.Key), pair => context.Copy(pair.Value), value.KeyComparer), context);
}
