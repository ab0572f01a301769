using System.Text;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization.Configuration;
using Orleans.Standin.Calls;
using Orleans.Standin.Serialization;

namespace Orleans.Standin.Hosting;

/// <summary>What must hold before the silo starts; every fault of the contracts is told at once.</summary>
internal sealed class StartChecks(
    ApplicationParts parts,
    IOptions<TypeManifestOptions> manifest,
    IOptions<ClusterOptions> cluster,
    IOptions<GrainCollectionOptions> collection,
    IEnumerable<LocalhostCluster> clusterings)
{
    /// <exception cref="OrleansConfigurationException">Something does not hold.</exception>
    public void Run()
    {
        CheckCluster();
        CheckCollection();
        if (manifest.Value.EnableConfigurationAnalysis ?? true)
        {
            CheckContracts();
        }
    }

    private void CheckCluster()
    {
        LocalhostCluster[] all = [.. clusterings];
        if (all.Length == 0)
        {
            throw new OrleansConfigurationException("Clustering has not been configured: call UseLocalhostClustering().");
        }

        if (Array.Exists(all, one => one.JoinsAnother))
        {
            throw new OrleansConfigurationException($"The primary silo is {all[^1].PrimarySilo}, another silo than this one: the Orleans"
                + " stand-in is a single silo. Build with Substrate=nuget for a cluster.");
        }

        if (string.IsNullOrWhiteSpace(cluster.Value.ClusterId) || string.IsNullOrWhiteSpace(cluster.Value.ServiceId))
        {
            throw new OrleansConfigurationException(
                "Configuration for ClusterOptions is invalid. A non-empty value for ClusterId and for ServiceId is required.");
        }
    }

    private void CheckCollection()
    {
        GrainCollectionOptions options = collection.Value;
        if (options.CollectionQuantum <= TimeSpan.Zero || options.CollectionAge <= options.CollectionQuantum)
        {
            throw new OrleansConfigurationException($"CollectionAge is set to {options.CollectionAge}. CollectionAge must be greater"
                + $" than CollectionQuantum, which is set to {options.CollectionQuantum} and must be greater than 0");
        }
    }

    private void CheckContracts()
    {
        var faults = new StringBuilder();
        foreach (Type contract in parts.Contracts.Concat(manifest.Value.Interfaces))
        {
            foreach (System.Reflection.MethodInfo method in contract.GetMethods().Where(m => !m.IsStatic && !m.ContainsGenericParameters))
            {
                ReturnShape shape = ReturnShape.Of(method.ReturnType);
                IEnumerable<Type> types = method.GetParameters().Select(p => p.ParameterType)
                    .Concat(new[] { shape.ResultType, shape.ElementType }.OfType<Type>());
                foreach (string refusal in types.Select(Copiers.Refusal).OfType<string>().Distinct())
                {
                    faults.AppendLine($"{refusal} and was referenced by the following: {contract.FullName} method {method.Name}");
                }
            }
        }

        foreach (string refusal in parts.WireTypes.Select(AnnotatedMembers.Refusal).OfType<string>())
        {
            faults.AppendLine(refusal);
        }

        if (faults.Length > 0)
        {
            throw new OrleansConfigurationException(
                $"Found unserializable or uncopyable types which are being referenced in grain interface signatures:{Environment.NewLine}"
                + $"{faults}Apply [GenerateSerializer] to the type and [Id(x)] to its members.");
        }
    }
}
