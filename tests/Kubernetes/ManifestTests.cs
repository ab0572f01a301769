using System.Text.RegularExpressions;
using SeqCluster.Silo.Hosting;
using SeqCluster.Worker.Commands;

namespace SeqCluster.Kubernetes.Tests;

public sealed partial class ManifestTests
{
    [KubectlFact]
    public void LocalOverlay_IsWhatTheProgramsReadAndAsksForNoGpu()
    {
        var manifests = Manifests.Render("k8s/overlays/local");
        AssertFaultless(manifests);
        Assert.Equal(["seqcluster-silo", "seqcluster-worker-cpu"], manifests.Pods.Select(pod => pod.Name).Order());
        Assert.DoesNotContain(manifests.Pods, pod => pod.Container["resources", "limits", "nvidia.com/gpu"].Exists);
        Assert.All(manifests.Pods, pod => Assert.EndsWith(":local", pod.Container["image"].Text, StringComparison.Ordinal));
    }

    [KubectlFact]
    public void GpuOverlay_IsWhatTheProgramsReadAndTrainsOnGpusOnly()
    {
        var manifests = Manifests.Render("k8s/overlays/gpu");
        AssertFaultless(manifests);
        Assert.Equal("0", Pod("seqcluster-worker-cpu").Set["spec", "replicas"].Text);
        Assert.Equal("2", Pod("seqcluster-worker-gpu").Set["spec", "replicas"].Text);
        Assert.Equal("1", Pod("seqcluster-worker-gpu").Container["resources", "limits", "nvidia.com/gpu"].Text);
        Pod Pod(string name) => manifests.Pods.Single(pod => pod.Name == name);
    }

    // Without kubectl: the overlays change numbers only, what the programs read stands in these files.
    [Fact]
    public void Base_AsItsFilesHoldIt_IsWhatTheProgramsRead()
    {
        var manifests = Manifests.Files("k8s/base");
        AssertFaultless(manifests);
        Assert.Equal(3, manifests.Pods.Count);
        Assert.Equal(
            Directory.EnumerateFiles(Path.Combine(Manifests.Root, "k8s/base")).Count() - 1,
            File.ReadLines(Path.Combine(Manifests.Root, "k8s/base/kustomization.yaml")).Count(line => line.StartsWith("  - ", StringComparison.Ordinal) && line.EndsWith(".yaml", StringComparison.Ordinal)));
    }

    [Fact]
    public void Document_MakesTheSecretWithTheKeysThatPodsNeed()
    {
        var document = File.ReadAllText(Path.Combine(Manifests.Root, "docs/kubernetes.md"));
        var secret = Secret().Match(document);
        Assert.True(secret.Success, "docs/kubernetes.md makes no secret");
        Assert.Equal(
            new ManifestRules(Manifests.Files("k8s/base")).SecretKeys(),
            Literal().Matches(secret.Value).Select(literal => $"{secret.Groups["name"].Value}/{literal.Groups["key"].Value}").Order());
    }

    [Fact]
    public void Dockerfile_BuildsThesePrograms()
    {
        foreach (var (stage, assembly, port) in new[]
        {
            ("silo", typeof(SiloCommand).Assembly, "7070"),
            ("worker", typeof(RunCommand).Assembly, "7100"),
        })
        {
            var lines = Dockerfile.Stage(stage);
            var program = assembly.GetName().Name!;
            Assert.Contains($"ENTRYPOINT [\"dotnet\", \"/app/{program}.dll\"]", lines, StringComparison.Ordinal);
            Assert.Contains($"COPY --from=build /publish/{program.Split('.')[^1]} /app", lines, StringComparison.Ordinal);
            Assert.Contains($"EXPOSE {port}", lines, StringComparison.Ordinal);
            Assert.Contains(int.Parse(port), Manifests.Files("k8s/base").Pods.SelectMany(pod => pod.Ports.Values));
            Assert.True(File.Exists(Path.Combine(Manifests.Root, $"src/{program.Split('.')[^1]}/{program.Split('.')[^1]}.csproj")));
        }

        Assert.Contains("for program in Silo Worker;", Dockerfile.Stage("build"), StringComparison.Ordinal);
        Assert.Contains("ARG SUBSTRATE=nuget", Dockerfile.Stage("build"), StringComparison.Ordinal);
    }

    private static void AssertFaultless(Manifests manifests)
    {
        var faults = new ManifestRules(manifests).Faults().ToList();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [GeneratedRegex(@"kubectl --namespace=seqcluster create secret generic (?<name>[\w-]+)(?: \\\n|.)*")]
    private static partial Regex Secret();

    [GeneratedRegex(@"--from-literal=(?<key>\w+)=")]
    private static partial Regex Literal();
}
