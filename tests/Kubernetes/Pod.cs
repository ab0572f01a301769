namespace SeqCluster.Kubernetes.Tests;

/// <summary>A pod of a StatefulSet with its one container, as it will run.</summary>
/// <param name="Set">The StatefulSet.</param>
public sealed record Pod(Node Set)
{
    public string Name => Set["metadata", "name"].Text;

    public Node Spec => Set["spec", "template", "spec"];

    public Node Labels => Set["spec", "template", "metadata", "labels"];

    public Node Container => Spec["containers"].Items.Single();

    public bool IsSilo => Container["name"].Text == "silo";

    /// <summary>Arguments as they stand there.</summary>
    public IReadOnlyList<string> Arguments => [.. Container["args"].Items.Select(static argument => argument.Text)];

    /// <summary>Variables by name.</summary>
    public IReadOnlyDictionary<string, Node> Variables => Container["env"].Items.ToDictionary(static one => one["name"].Text);

    /// <summary>Container ports by name.</summary>
    public IReadOnlyDictionary<string, int> Ports => Container["ports"].Items.ToDictionary(static one => one["name"].Text, static one => int.Parse(one["containerPort"].Text));

    /// <summary>Where volumes are mounted, by path.</summary>
    public IReadOnlyDictionary<string, string> Mounts => Container["volumeMounts"].Items.ToDictionary(static one => one["mountPath"].Text, static one => one["name"].Text);

    /// <summary>The paths that the kubelet asks, with the names or numbers of the ports.</summary>
    public IEnumerable<(string Path, string Port)> Probes =>
        from kind in (string[])["startupProbe", "livenessProbe", "readinessProbe"]
        let get = Container[kind, "httpGet"]
        where get.Exists
        select (get["path"].Text, get["port"].Text);

    /// <summary>Arguments as the container gets them: <c>$(NAME)</c> is the variable's value.</summary>
    public IReadOnlyList<string> ArgumentsWith(IReadOnlyDictionary<string, string> values) =>
        [.. Arguments.Select(argument => values.Aggregate(argument, static (text, pair) => text.Replace($"$({pair.Key})", pair.Value, StringComparison.Ordinal)))];

    /// <summary>The values of variables that come from the pod or from a Secret's keys; what is not known is left out.</summary>
    public Dictionary<string, string> ValuesWith(string podIp, IReadOnlyDictionary<string, string> secret)
    {
        var values = new Dictionary<string, string>();
        foreach (var (name, variable) in Variables)
        {
            var value = variable["valueFrom", "fieldRef", "fieldPath"].Text switch
            {
                "metadata.name" => Name + "-0",
                "status.podIP" => podIp,
                _ => secret.GetValueOrDefault(variable["valueFrom", "secretKeyRef", "key"].Text),
            };
            if (value is not null)
            {
                values.Add(name, value);
            }
        }

        return values;
    }
}
