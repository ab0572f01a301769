using Orleans.Runtime;

namespace Orleans;

/// <summary>Makes references. A reference costs nothing: the grain is activated by the first call.</summary>
public interface IGrainFactory
{
    /// <summary>A reference to the grain of this key.</summary>
    TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey;

    /// <summary>A reference to the grain of this key.</summary>
    TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey;

    /// <summary>A reference to the grain of this key.</summary>
    /// <exception cref="ArgumentException">The key is white space, or no single grain class has the contract.</exception>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;

    /// <summary>A reference to the grain of this identity.</summary>
    TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable;

    /// <summary>
    /// A reference that grains can call <paramref name="obj"/> by. The runtime holds the object weakly: who made the
    /// reference keeps the object alive. Calls to one object follow each other.
    /// </summary>
    /// <exception cref="InvalidOperationException">Called from inside a grain.</exception>
    TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver;

    /// <summary>Forgets the object behind a reference; later calls to it reach nobody.</summary>
    /// <exception cref="ArgumentException">The argument is not a reference to a registered object.</exception>
    void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver;
}
