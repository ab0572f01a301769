using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Standin.Activations;
using Orleans.Storage;

namespace Orleans.Standin.Storage;

/// <summary>Makes the states that a grain's constructor asks for.</summary>
internal static class PersistentStates
{
    public static object Create(ParameterInfo parameter, Activation activation)
    {
        PersistentStateAttribute attribute = parameter.GetCustomAttribute<PersistentStateAttribute>()!;
        IServiceProvider services = activation.ActivationServices;
        IGrainStorage? store = string.IsNullOrWhiteSpace(attribute.StorageName)
            ? services.GetService<IGrainStorage>()
            : services.GetKeyedService<IGrainStorage>(attribute.StorageName);
        if (store is null)
        {
            throw new BadProviderConfigException(string.IsNullOrEmpty(attribute.StorageName)
                ? $"No default storage provider found loading grain type {activation.GrainId.Type}."
                : $"No storage provider named \"{attribute.StorageName}\" found loading grain type {activation.GrainId.Type}.");
        }

        Type state = parameter.ParameterType.GetGenericArguments()[0];
        return System.Activator.CreateInstance(
            typeof(PersistentState<>).MakeGenericType(state), attribute.StateName, activation, store)!;
    }
}
