using System.Diagnostics;
using YamlDotNet.RepresentationModel;

namespace SeqCluster.Kubernetes.Tests;

/// <summary>What is applied to a cluster: objects of Kubernetes, as kubectl renders an overlay or as the files of the base hold them.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Objects">In their order.</param>
public sealed record Manifests(string Name, IReadOnlyList<Node> Objects)
{
    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The pods that the objects make, one for each set.</summary>
    public IReadOnlyList<Pod> Pods => [.. OfKind("StatefulSet").Select(static one => new Pod(one))];

    /// <summary>Those of one kind.</summary>
    public IEnumerable<Node> OfKind(string kind) => Objects.Where(one => one["kind"].Text == kind);

    /// <summary>As <c>kubectl kustomize</c> renders a folder.</summary>
    public static Manifests Render(string folder)
    {
        var start = new ProcessStartInfo("kubectl", ["kustomize", Path.Combine(Root, folder)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var kubectl = Process.Start(start)!;
        var complaints = kubectl.StandardError.ReadToEndAsync();
        var text = kubectl.StandardOutput.ReadToEnd();
        kubectl.WaitForExit();
        Assert.True(kubectl.ExitCode == 0, $"kubectl kustomize {folder}: {complaints.Result}");
        return new Manifests(folder, Parse(text));
    }

    /// <summary>The files that a folder's kustomization names, without what it does to them.</summary>
    public static Manifests Files(string folder)
    {
        var kustomization = Parse(File.ReadAllText(Path.Combine(Root, folder, "kustomization.yaml"))).Single();
        return new Manifests(folder, [.. kustomization["resources"].Items.SelectMany(file => Parse(File.ReadAllText(Path.Combine(Root, folder, file.Text))))]);
    }

    private static List<Node> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(static document => new Node(document.RootNode))];
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SeqCluster.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
