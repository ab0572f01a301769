using System.Globalization;
using Orleans.Runtime;

namespace Orleans.Standin.Hosting;

/// <summary>The factory of references, inside grains and outside.</summary>
internal sealed class GrainFactory(SiloRuntime runtime) : IClusterClient
{
    public IServiceProvider ServiceProvider => runtime.Services;

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey =>
        Reference<TGrainInterface>(primaryKey.ToString("N", CultureInfo.InvariantCulture), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        Reference<TGrainInterface>(primaryKey.ToString("X", CultureInfo.InvariantCulture), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        Reference<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        (TGrainInterface)GrainReference.Create(runtime, grainId, typeof(TGrainInterface));

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not TGrainObserverInterface)
        {
            throw new ArgumentException($"The provided object must implement '{typeof(TGrainObserverInterface).FullName}'.", nameof(obj));
        }

        RequireOutside("create");
        return obj is GrainReference
            ? throw new ArgumentException("Argument obj is already a grain reference.")
            : GetGrain<TGrainObserverInterface>(runtime.Register(obj));
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        RequireOutside("delete");
        if (obj is not GrainReference reference)
        {
            throw new ArgumentException("Argument reference is not a grain reference.");
        }

        if (!runtime.Forget(reference.GrainId))
        {
            throw new ArgumentException("Reference is not associated with a local object.", nameof(obj));
        }
    }

    private TGrainInterface Reference<TGrainInterface>(string key, string? prefix)
        where TGrainInterface : IAddressable
    {
        GrainType type = runtime.Parts.ClassFor(typeof(TGrainInterface), prefix).GrainType;
        return GetGrain<TGrainInterface>(GrainId.Create(type, key));
    }

    private static void RequireOutside(string action)
    {
        if (RuntimeContext.Current is not null)
        {
            throw new InvalidOperationException($"Cannot {action} a local object reference from a grain.");
        }
    }
}
