using SeqCluster.Models.Layers;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Layers;

public sealed class KeyValueCacheTests
{
    [TorchFact]
    public void Append_InParts_GivesAllPlacesInOrder()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache(5);
        var (keys, values) = (randn(1, 2, 5, 3), randn(1, 2, 5, 3));
        cache.Append(keys.narrow(2, 0, 4), values.narrow(2, 0, 4));
        var (allKeys, allValues) = cache.Append(keys.narrow(2, 4, 1), values.narrow(2, 4, 1));

        Assert.Equal(5, cache.Length);
        Assert.Equal(SmallModels.Floats(keys), SmallModels.Floats(allKeys));
        Assert.Equal(SmallModels.Floats(values), SmallModels.Floats(allValues));
        Assert.Contains("5 places holds 5: 1 more", Assert.Throws<InvalidOperationException>(() => cache.Append(keys.narrow(2, 0, 1), values.narrow(2, 0, 1))).Message);
        cache.Clear();
        Assert.Equal(0, cache.Length);
    }
}
