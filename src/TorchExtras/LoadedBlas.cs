namespace SeqCluster.TorchExtras;

/// <summary>The BLAS library that is really loaded, read from the process's own memory map.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Paths">The mapped files that made it so.</param>
public sealed record LoadedBlas(BlasKind Kind, IReadOnlyList<string> Paths)
{
    /// <summary>What to do about it, or null when nothing is wrong.</summary>
    public string? Problem => Kind == BlasKind.Reference
        ? $"LibTorch calls the reference BLAS ({string.Join(", ", Paths)}), about twenty times slower than OpenBLAS: " +
          "apt-get install libopenblas0-pthread, then start again."
        : null;

    /// <summary>Reads <c>/proc/self/maps</c>; elsewhere than on Linux, nothing is found.</summary>
    public static LoadedBlas Find() => Among(MappedLibraries.Paths());

    /// <summary>Decides from the lines of a memory map. An optimised library counts before a reference one beside it.</summary>
    public static LoadedBlas Classify(IEnumerable<string> mapLines) => Among(MappedLibraries.PathsIn(mapLines));

    private static LoadedBlas Among(IReadOnlyList<string> files)
    {
        foreach (var (kind, names) in Names)
        {
            var paths = files.Where(file => names.Any(name => Path.GetFileName(file).StartsWith(name, StringComparison.Ordinal))).ToList();
            if (paths.Count > 0)
                return new LoadedBlas(kind, paths);
        }
        // OpenBLAS installs itself as libblas.so.3 too, in a folder of its own.
        var generic = files.Where(file => Path.GetFileName(file).StartsWith("libblas.so", StringComparison.Ordinal)).ToList();
        return generic switch
        {
            [] => new LoadedBlas(BlasKind.None, []),
            _ when generic.Any(file => file.Contains("/openblas", StringComparison.Ordinal)) => new LoadedBlas(BlasKind.OpenBlas, generic),
            _ when generic.Any(file => file.Contains("/atlas", StringComparison.Ordinal)) => new LoadedBlas(BlasKind.Atlas, generic),
            _ when generic.Any(file => file.Contains("/blis", StringComparison.Ordinal)) => new LoadedBlas(BlasKind.Blis, generic),
            _ => new LoadedBlas(BlasKind.Reference, generic),
        };
    }

    private static readonly (BlasKind Kind, string[] Names)[] Names =
    [
        (BlasKind.OpenBlas, ["libopenblas"]),
        (BlasKind.Mkl, ["libmkl_rt", "libmkl_core"]),
        (BlasKind.Blis, ["libblis"]),
        (BlasKind.Atlas, ["libatlas", "libsatlas", "libtatlas"]),
    ];
}
