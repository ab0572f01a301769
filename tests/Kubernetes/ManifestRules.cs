using System.CommandLine;
using System.Net;
using SeqCluster.Contracts.Access;
using SeqCluster.JobFiles;
using SeqCluster.Models;
using SeqCluster.Silo.Hosting;
using SeqCluster.Worker.Commands;

namespace SeqCluster.Kubernetes.Tests;

/// <summary>
/// Everything in the manifests that must be as the programs have it: arguments are parsed by the programs' own command lines,
/// variables are those that they read, ports are those that they listen on. Gives faults, in words.
/// </summary>
internal sealed class ManifestRules(Manifests manifests)
{
    private static readonly string[] SiloVariables = [AccessVariables.ClientToken, AccessVariables.WorkerToken, AccessVariables.MetricsToken];
    private static readonly string[] WorkerVariables = [AccessVariables.Token, AccessVariables.Authority, AccessVariables.Fingerprint];

    /// <summary>All that is wrong.</summary>
    public IEnumerable<string> Faults() =>
        manifests.Pods.SelectMany(pod => OfPod(pod).Select(fault => $"{manifests.Name}: {pod.Name}: {fault}"))
            .Concat(OfServices().Concat(OfPolicies()).Select(fault => $"{manifests.Name}: {fault}"));

    /// <summary>The keys of Secrets that pods need, as <c>secret/key</c>.</summary>
    public IEnumerable<string> SecretKeys() => manifests.Pods.SelectMany(static pod => pod.Variables.Values)
        .Select(static variable => variable["valueFrom", "secretKeyRef"]).Where(static reference => reference.Exists)
        .Select(static reference => $"{reference["name"].Text}/{reference["key"].Text}").Distinct().Order();

    private IEnumerable<string> OfPod(Pod pod) =>
        OfArguments(pod).Concat(OfVariables(pod)).Concat(OfVolumes(pod)).Concat(OfSecurity(pod)).Concat(OfResources(pod));

    private IEnumerable<string> OfArguments(Pod pod)
    {
        var values = pod.ValuesWith("10.0.0.7", new Dictionary<string, string>());
        var arguments = pod.ArgumentsWith(values);
        foreach (var unknown in arguments.Where(argument => argument.Contains("$(", StringComparison.Ordinal)))
        {
            yield return $"{unknown}: no such variable";
        }

        var parsed = Command(pod).Parse(arguments);
        foreach (var error in parsed.Errors)
        {
            yield return error.Message;
        }

        if (parsed.Errors.Count > 0)
        {
            yield break;
        }

        var (port, listens) = pod.IsSilo
            ? ("http", parsed.GetRequiredValue<IPEndPoint>("--listen").Port)
            : ("data-plane", int.Parse(parsed.GetRequiredValue<string>("--advertise").Split(':')[^1]));
        if (pod.Ports.GetValueOrDefault(port) != listens)
        {
            yield return $"it listens on {listens}, and the port {port} is {pod.Ports.GetValueOrDefault(port)}";
        }

        foreach (var probe in pod.Probes.Where(probe => probe.Port != "http"))
        {
            yield return $"{probe.Path} is asked on {probe.Port}";
        }

        if (!pod.IsSilo && !IsSilosService(parsed.GetRequiredValue<Uri>("--silo")))
        {
            yield return $"{parsed.GetRequiredValue<Uri>("--silo")}: no Service of that name and port leads to the silo";
        }
    }

    private bool IsSilosService(Uri url) => manifests.OfKind("Service").Any(service =>
        service["metadata", "name"].Text == url.Host
        && service["spec", "selector"].Selects(manifests.Pods.Single(static pod => pod.IsSilo).Labels)
        && service["spec", "ports"].Items.Any(port => port["port"].Text == url.Port.ToString()));

    private static IEnumerable<string> OfVariables(Pod pod)
    {
        var read = pod.IsSilo ? SiloVariables : WorkerVariables;
        return pod.Variables.Keys
            .Where(name => !read.Contains(name) && !pod.Arguments.Any(argument => argument.Contains($"$({name})", StringComparison.Ordinal)))
            .Select(static name => $"nobody reads the variable {name}");
    }

    private static IEnumerable<string> OfVolumes(Pod pod)
    {
        var claims = pod.Set["spec", "volumeClaimTemplates"].Items.Select(static one => one["metadata", "name"].Text).ToHashSet();
        var volumes = pod.Spec["volumes"].Items.ToDictionary(static one => one["name"].Text);
        foreach (var (path, volume) in pod.Mounts.Where(mount => !claims.Contains(mount.Value) && !volumes.ContainsKey(mount.Value)))
        {
            yield return $"{path}: no volume {volume}";
        }

        if (!pod.Mounts.ContainsKey("/tmp"))
        {
            yield return "/tmp is read-only: programs of .NET write there";
        }

        if (pod.IsSilo)
        {
            var store = Command(pod).Parse(pod.Arguments).GetRequiredValue<string>("--store");
            if (!pod.Mounts.Any(mount => claims.Contains(mount.Value) && store.StartsWith(mount.Key + "/", StringComparison.Ordinal)))
            {
                yield return $"--store {store} is on no claimed volume: it would be lost with the pod";
            }
        }
        else if (Command(pod).Parse(pod.Arguments).GetRequiredValue<string>("--cache") is var cache && !pod.Mounts.ContainsKey(cache))
        {
            yield return $"--cache {cache} is on no volume: it cannot be written";
        }
        else if (volumes.GetValueOrDefault(pod.Mounts.GetValueOrDefault("/dev/shm", ""))["emptyDir"] is var memory
            && (memory["medium"].Text != "Memory" || !memory["sizeLimit"].Exists))
        {
            yield return "/dev/shm must be memory of a stated size";
        }
    }

    private static IEnumerable<string> OfSecurity(Pod pod)
    {
        var (own, container) = (pod.Spec["securityContext"], pod.Container["securityContext"]);
        (bool Holds, string Fault)[] wanted =
        [
            (own["runAsNonRoot"].Text == "true" && own["runAsUser"].Text is not ("" or "0"), "it may be root"),
            (own["runAsUser"].Text == Dockerfile.User, $"its user is not the image's, {Dockerfile.User}"),
            (container["readOnlyRootFilesystem"].Text == "true", "its root file system can be written"),
            (container["allowPrivilegeEscalation"].Text == "false", "it may gain privileges"),
            (container["capabilities", "drop"].Items.Any(static one => one.Text == "ALL"), "it keeps capabilities"),
            (pod.Spec["automountServiceAccountToken"].Text == "false", "it gets a token of the cluster, which it does not need"),
        ];
        return wanted.Where(static one => !one.Holds).Select(static one => one.Fault);
    }

    private static IEnumerable<string> OfResources(Pod pod)
    {
        var resources = pod.Container["resources"];
        foreach (var what in (string[])["cpu", "memory"])
        {
            if (!resources["requests", what].Exists)
            {
                yield return $"asks for no {what}";
            }
        }

        var gpus = resources["limits", "nvidia.com/gpu"].Text;
        var takesGpu = pod.Arguments.Contains("--device=cuda:0");
        if (takesGpu != (gpus == "1") || (gpus.Length > 0 && gpus != "1"))
        {
            yield return $"has '{gpus}' GPUs, and its arguments are {string.Join(' ', pod.Arguments)}";
        }
    }

    private IEnumerable<string> OfServices()
    {
        foreach (var service in manifests.OfKind("Service"))
        {
            var pods = manifests.Pods.Where(pod => service["spec", "selector"].Selects(pod.Labels)).ToList();
            if (pods.Count == 0)
            {
                yield return $"Service {service["metadata", "name"].Text} leads to nobody";
            }

            foreach (var port in service["spec", "ports"].Items.Select(static port => port["targetPort"].Text))
            {
                if (pods.Exists(pod => !pod.Ports.ContainsKey(port)))
                {
                    yield return $"Service {service["metadata", "name"].Text}: a pod has no port {port}";
                }
            }
        }

        foreach (var pod in manifests.Pods)
        {
            if (!manifests.OfKind("Service").Any(service => service["metadata", "name"].Text == pod.Set["spec", "serviceName"].Text)
                || !pod.Set["spec", "selector", "matchLabels"].Selects(pod.Labels))
            {
                yield return $"{pod.Name}: its serviceName or its selector fits nothing";
            }
        }
    }

    private IEnumerable<string> OfPolicies()
    {
        foreach (var policy in manifests.OfKind("NetworkPolicy"))
        {
            var name = $"NetworkPolicy {policy["metadata", "name"].Text}";
            var pods = manifests.Pods.Where(pod => policy["spec", "podSelector", "matchLabels"].Selects(pod.Labels)).ToList();
            var ports = policy["spec", "ingress"].Items.SelectMany(static rule => rule["ports"].Items).Select(static port => port["port"].Text).ToList();
            if (pods.Count == 0 || pods.Exists(pod => !pod.Ports.Keys.Order().SequenceEqual(ports.Order())))
            {
                yield return $"{name}: opens {string.Join(", ", ports)}, which are not the ports of its pods";
            }

            foreach (var rule in policy["spec", "egress"].Items.Where(static rule => rule["to"].Exists))
            {
                var to = manifests.Pods.Where(pod => rule["to"].Items.Any(peer => peer["podSelector", "matchLabels"].Selects(pod.Labels))).ToList();
                if (to.Count == 0 || rule["ports"].Items.Any(port => to.Exists(pod => !pod.Ports.Values.Any(number => number.ToString() == port["port"].Text))))
                {
                    yield return $"{name}: lets out to a port that nobody has";
                }
            }
        }
    }

    private static RootCommand Command(Pod pod) => pod.IsSilo
        ? SiloCommand.Create([.. ModelCatalog.Settings.Select(model => new ModelSettings(model.Kind, model.Settings, model.DataKinds))])
        : new RunCommand();
}
