using System.Text.Json;
using System.Text.Json.Nodes;
using SeqCluster.Data.Manifests;
using SeqCluster.Data.Reading;
using SeqCluster.Models.Own;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Own;

/// <summary>This test assembly plays the foreign one.</summary>
public sealed class OwnModelTests
{
    private static readonly string Here = typeof(OwnModelTests).Assembly.Location;
    private static readonly string Hash = AllowedAssemblies.HashOf(File.ReadAllBytes(Here));

    [TorchTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Create_AllowedByPathOrHash_MakesTheModelOfTheJob(bool byPath)
    {
        using var model = Create(Settings(), AllowedAssemblies.Of([byPath ? Here : Hash.ToUpperInvariant()]));

        Assert.Equal((typeof(ForeignModel).FullName, 5, 7), (model.GetType().FullName, model.Width, model.Block));
        Assert.NotSame(typeof(ForeignModel).Assembly, model.GetType().Assembly);
        Assert.Equal(9L, model.OrderedParameters().Single().Parameter.numel());
    }

    [Fact]
    public void Create_NotAllowed_SaysWhatWouldAllowIt()
    {
        Assert.Contains("--allow-assembly /x/My.dll", Refusal(Settings() with { Assembly = "/x/My.dll" }, AllowedAssemblies.None));
        Assert.Contains("does not allow it", Refusal(Settings(), AllowedAssemblies.Of([typeof(FactAttribute).Assembly.Location, new string('0', 64)])));
        Assert.Contains("whose content is another one", Refusal(Settings() with { Sha256 = new string('a', 64) }, AllowedAssemblies.Of([Here])));
        Assert.Contains("no model.sha256", Refusal(Settings() with { Sha256 = "" }, AllowedAssemblies.Of([Here])));
        Assert.Contains("not the one of the job", Refusal(Settings() with { Assembly = typeof(FactAttribute).Assembly.Location }, AllowedAssemblies.Of([Hash])));
        Assert.Contains("cannot be read here", Refusal(Settings() with { Assembly = "/nowhere/x.dll" }, AllowedAssemblies.Of([Hash])));
    }

    [Theory]
    [InlineData("SeqCluster.Models.Tests.Own.Nothing", "there is no such class")]
    [InlineData("SeqCluster.Models.Tests.Own.OwnModelTests", "derives from SeqCluster.Models.TrainableModel")]
    [InlineData("SeqCluster.Models.Tests.Own.ModelWithoutConstructor", "no public constructor (settings, DataDescription)")]
    [InlineData("SeqCluster.Models.Tests.Own.ModelThatFails", "its constructor failed: no such luck")]
    public void Create_TypeThatDoesNotFit_IsRefused(string type, string reason) =>
        Assert.Contains(reason, Refusal(Settings() with { Type = type }, AllowedAssemblies.Of([Here])));

    [Fact]
    public void Create_SettingsOrFileThatDoNotFit_AreRefused()
    {
        Assert.Contains("model.settings do not fit", Refusal(Settings() with { Settings = new JsonObject { ["block"] = "long" } }, AllowedAssemblies.Of([Here])));
        var text = Path.GetTempFileName();
        File.WriteAllText(text, "no assembly");
        Assert.Contains("not a .NET assembly", Refusal(Settings() with { Sha256 = AllowedAssemblies.HashOf(File.ReadAllBytes(text)) }, AllowedAssemblies.Of([text])));
        File.Delete(text);
    }

    [Fact]
    public void Of_FilesThatAreMissing_NamesAllOfThem()
    {
        var message = Assert.Throws<ArgumentException>(() => AllowedAssemblies.Of(["/nowhere/a.dll", Here, "/nowhere/b.dll"])).Message;
        Assert.Contains("/nowhere/a.dll, /nowhere/b.dll", message);
    }

    private static OwnModelSettings Settings() => new()
    {
        Assembly = Here,
        Type = typeof(ForeignModel).FullName!,
        Sha256 = Hash,
        Settings = new JsonObject { ["block"] = 7 },
    };

    private static TrainableModel Create(OwnModelSettings settings, AllowedAssemblies allowed) =>
        ModelCatalog.Create("own", JsonSerializer.Serialize(settings, JsonSerializerOptions.Web), SmallModels.Text(9), allowed);

    private static string Refusal(OwnModelSettings settings, AllowedAssemblies allowed) =>
        Assert.Throws<ArgumentException>(() => Create(settings, allowed)).Message;
}

/// <summary>Settings of <see cref="ForeignModel"/>.</summary>
public sealed record ForeignSettings(int Block);

/// <summary>The smallest model: one number for each token.</summary>
public sealed class ForeignModel : TrainableModel<TextBatch>
{
    public ForeignModel(ForeignSettings settings, DataDescription data)
        : base("foreign")
    {
        Block = settings.Block;
        register_parameter("weight", nn.Parameter(zeros(data.VocabularySize)));
    }

    public override int Width => 5;

    public override int Block { get; }

    public override (Tensor Loss, long Targets) SummedLoss(TextBatch batch) => throw new NotSupportedException();
}

public sealed class ModelWithoutConstructor() : TrainableModel<TextBatch>("none")
{
    public override int Width => 1;

    public override int Block => 1;

    public override (Tensor Loss, long Targets) SummedLoss(TextBatch batch) => throw new NotSupportedException();
}

public sealed class ModelThatFails : TrainableModel<TextBatch>
{
    public ModelThatFails(ForeignSettings settings, DataDescription data)
        : base("fails") => throw new InvalidOperationException("no such luck");

    public override int Width => 1;

    public override int Block => 1;

    public override (Tensor Loss, long Targets) SummedLoss(TextBatch batch) => throw new NotSupportedException();
}
