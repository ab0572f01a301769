using SeqCluster.Client.Versions;

namespace SeqCluster.Client.Tests.Versions;

public sealed class NumericalLibrariesTests
{
    [Theory]
    [InlineData(null, BlasKind.None)]
    [InlineData("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", BlasKind.Reference)]
    [InlineData("/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3", BlasKind.OpenBlas)]
    [InlineData("/usr/lib/x86_64-linux-gnu/openblas-openmp/libblas.so.3", BlasKind.OpenBlas)]
    [InlineData("/opt/intel/mkl/lib/libmkl_rt.so.2", BlasKind.Mkl)]
    [InlineData("/usr/lib/x86_64-linux-gnu/blis-openmp/libblas.so.3", BlasKind.Other)]
    public void Classify_File_TellsTheImplementation(string? file, BlasKind expected) =>
        Assert.Equal(expected, NumericalLibraries.Classify(file));

    [Theory]
    [InlineData("/lib/x86_64-linux-gnu/libtorch_cpu.so.1.13.0", "1.13.0")]
    [InlineData("/opt/libtorch/lib/libtorch_cpu.so", "unknown")]
    public void VersionOf_File_IsItsSuffix(string file, string expected) =>
        Assert.Equal(expected, NumericalLibraries.VersionOf(file));

    [Fact]
    public void Find_LibrariesThatTheLinkerKnows_AreReportedWithTheirFiles()
    {
        using var folder = new TemporaryFolder();
        var torch = folder.Write("libtorch_cpu.so.9.8.7");
        var blas = folder.Write("openblas-pthread-libblas.so.3");

        var found = NumericalLibraries.Find(new DynamicLinker(
            [], new Dictionary<string, string> { ["libtorch_cpu.so"] = torch, ["libblas.so.3"] = blas }));

        Assert.Equal(("9.8.7", torch, BlasKind.OpenBlas, blas), (found.LibTorchVersion, found.LibTorchFile, found.Blas, found.BlasFile));
    }

    [Fact]
    public void Find_EmptyMachine_ReportsNothing()
    {
        var found = NumericalLibraries.Find(new DynamicLinker([], new Dictionary<string, string>()));

        Assert.Null(found.LibTorchVersion);
        Assert.Equal(BlasKind.None, found.Blas);
    }
}
