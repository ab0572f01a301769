using Orleans.Standin.Enumeration;

namespace Orleans.Runtime;

/// <summary>How enumerations of grains are fetched.</summary>
public static class AsyncEnumerableExtensions
{
    /// <summary>How many elements at most come with one message (100 when it is not said). Other enumerations are left as they are.</summary>
    public static IAsyncEnumerable<T> WithBatchSize<T>(this IAsyncEnumerable<T> self, int maxBatchSize)
    {
        if (self is GrainEnumeration<T> enumeration)
        {
            enumeration.MaxBatchSize = maxBatchSize;
        }

        return self;
    }
}
