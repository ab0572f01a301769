using System.Reflection;

namespace Orleans.Standin.Calls;

/// <summary>How a method returns: what the caller gets at once, and how the callee's result is awaited.</summary>
internal abstract class ReturnShape
{
    /// <summary>The type that travels back; null when nothing does.</summary>
    public virtual Type? ResultType => null;

    /// <summary>The element type of an enumeration; null for a method that answers once.</summary>
    public virtual Type? ElementType => null;

    /// <summary>The shape of a return type.</summary>
    /// <exception cref="InvalidOperationException">A grain method cannot return that.</exception>
    public static ReturnShape Of(Type type)
    {
        if (type == typeof(Task) || type == typeof(ValueTask) || type == typeof(void))
        {
            return new NothingShape(type);
        }

        if (type.IsGenericType)
        {
            Type open = type.GetGenericTypeDefinition();
            Type? shape = open == typeof(Task<>) ? typeof(TaskShape<>)
                : open == typeof(ValueTask<>) ? typeof(ValueTaskShape<>)
                : open == typeof(IAsyncEnumerable<>) ? typeof(EnumerationShape<>)
                : null;
            if (shape is not null)
            {
                return (ReturnShape)Activator.CreateInstance(shape.MakeGenericType(type.GetGenericArguments()))!;
            }
        }

        throw new InvalidOperationException(
            $"A grain method returns Task, Task<T>, ValueTask, ValueTask<T>, IAsyncEnumerable<T> or void, not {type}.");
    }

    public abstract Reply NewReply();

    public abstract ValueTask<object?> Await(object? returned);

    private sealed class NothingShape(Type type) : ReturnShape
    {
        public override Reply NewReply() => new Reply<object?>(task =>
            type == typeof(Task) ? task : type == typeof(ValueTask) ? new ValueTask(task) : null);

        public override async ValueTask<object?> Await(object? returned)
        {
            switch (returned)
            {
                case Task task:
                    await task;
                    break;
                case ValueTask task:
                    await task;
                    break;
            }

            return null;
        }
    }

    private sealed class TaskShape<T> : ReturnShape
    {
        public override Type ResultType => typeof(T);

        public override Reply NewReply() => new Reply<T>(static task => task);

        public override async ValueTask<object?> Await(object? returned) => await (Task<T>)returned!;
    }

    private sealed class ValueTaskShape<T> : ReturnShape
    {
        public override Type ResultType => typeof(T);

        public override Reply NewReply() => new Reply<T>(static task => new ValueTask<T>(task));

        public override async ValueTask<object?> Await(object? returned) => await (ValueTask<T>)returned!;
    }

    private sealed class EnumerationShape<T> : ReturnShape
    {
        public override Type ElementType => typeof(T);

        public override Reply NewReply() => throw new InvalidOperationException("An enumeration is not answered once.");

        public override ValueTask<object?> Await(object? returned) => new(returned);
    }
}
