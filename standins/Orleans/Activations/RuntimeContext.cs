namespace Orleans.Runtime;

/// <summary>Which activation the running thread works for.</summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static IGrainContext? current;

    public static IGrainContext? Current => current;

    public static IGrainContext? Replace(IGrainContext? context)
    {
        IGrainContext? previous = current;
        current = context;
        return previous;
    }
}
