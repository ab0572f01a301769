using SeqCluster.Models.Checkpoints;

namespace SeqCluster.Models.Tests.Checkpoints;

public sealed class ModelWeightsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TorchFact]
    public void Load_WhatWasWritten_GivesTheSameHash()
    {
        using var model = SmallModels.New(SmallModels.Settings, 1);
        using var other = SmallModels.New(SmallModels.Settings, 2);
        SafetensorsFile.Write(folder.File("x"), ModelWeights.Of(model));
        using var file = SafetensorsFile.Read(folder.File("x"));
        Assert.NotEqual(Hash(model), Hash(other));

        ModelWeights.Load(other, file);

        Assert.Equal(Hash(model), Hash(other));
        Assert.True(other.OrderedParameters()[0].Parameter.requires_grad);
    }

    [TorchFact]
    public void Load_WeightsThatDoNotFit_NamesAllFaultsAndChangesNothing()
    {
        using var model = SmallModels.New(SmallModels.Settings, 1);
        using var other = SmallModels.New(SmallModels.Settings with { Block = 10, Bias = true, Layers = 1 }, 2);
        SafetensorsFile.Write(folder.File("x"), ModelWeights.Of(model));
        using var file = SafetensorsFile.Read(folder.File("x"));
        var before = Hash(other);

        var message = Assert.Throws<InvalidDataException>(() => ModelWeights.Load(other, file)).Message;

        Assert.Contains("norm.bias: missing in the file", message);
        Assert.Contains("blocks.1.attention.key.weight: the model has no such tensor", message);
        Assert.Contains("positions.table.weight: [12, 16] of F32 in the file, [10, 16] of F32 in the model", message);
        Assert.Equal(before, Hash(other));
    }

    private static string Hash(TrainableModel model) => WeightsHash.Sha256(ModelWeights.Of(model));
}
