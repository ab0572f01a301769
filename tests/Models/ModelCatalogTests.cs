using System.ComponentModel.DataAnnotations;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;

namespace SeqCluster.Models.Tests;

public sealed class ModelCatalogTests
{
    [Fact]
    public void Settings_Listed_NameKindAndRecord() =>
        Assert.Equal(("transformer-lm", typeof(TransformerLanguageModelSettings), "text"), ModelCatalog.Settings.Select(model => (model.Kind, model.Settings, string.Join(' ', model.DataKinds))).First());

    [Theory]
    [InlineData("heads: 3", "heads do not divide width = 128")]
    [InlineData("width: 0", "Width")]
    [InlineData("width: 5, heads: 1, positions: \"sinusoidal\"", "must be even")]
    [InlineData("dropout: 1.0", "Dropout")]
    [InlineData("norm: \"both\"", "Norm")]
    [InlineData("heads: 0", "Heads")]
    [InlineData("labelSmoothing: -0.1", "LabelSmoothing")]
    [InlineData("width: \"wide\"", "cannot be read")]
    public void Create_SettingsNotValid_SaysWhy(string members, string reason)
    {
        var json = $"{{{string.Join(",", members.Split(", ").Select(member => $"\"{member.Replace(":", "\":", StringComparison.Ordinal)}"))}}}";
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => ModelCatalog.Create("transformer-lm", json, SmallModels.Text(10))).Message);
    }

    [Fact]
    public void Create_UnknownKind_ListsTheKnown() =>
        Assert.Contains("must be transformer-lm", Assert.Throws<ArgumentException>(() => ModelCatalog.Create("gpt", "{}", SmallModels.Text(10))).Message);

    [Fact]
    public void Create_DataOfAnotherKind_IsRefused() =>
        Assert.Contains("takes samples of kind text, the data has pairs", Assert.Throws<ArgumentException>(() => ModelCatalog.Create("transformer-lm", "{}", new() { Kind = DataKinds.Pairs })).Message);

    [TorchFact]
    public void SummedLoss_BatchOfAnotherKind_IsRefused()
    {
        using var model = ModelCatalog.Create("transformer-lm", "{}", SmallModels.Text(7));
        var batch = new SeriesBatch([], [], 0, 0, 1, 0, 1, 0);
        Assert.Contains("takes a TextBatch, not a SeriesBatch", Assert.Throws<ArgumentException>(() => model.SummedLoss(batch)).Message);
    }

    [Fact]
    public void Validate_SeveralFaults_NamesTheFields()
    {
        var settings = new TransformerLanguageModelSettings { Width = 9, Heads = 2, Positions = "sinusoidal" };
        var faults = settings.Validate(new ValidationContext(settings)).ToList();
        Assert.Equal(["Heads", "Width"], faults.SelectMany(fault => fault.MemberNames));
    }

    [TorchFact]
    public void Create_FromJson_UsesTheSettings()
    {
        using var model = ModelCatalog.Create("transformer-lm", """{"width":24,"heads":3,"layers":1,"block":10}""", SmallModels.Text(7));
        Assert.Equal((24, 10), (model.Width, model.Block));
        Assert.Equal([7L, 24L], model.get_parameter("tokens.weight")!.shape);
    }
}
