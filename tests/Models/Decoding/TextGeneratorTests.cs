using SeqCluster.Models.Decoding;
using static TorchSharp.torch;

namespace SeqCluster.Models.Tests.Decoding;

public sealed class TextGeneratorTests
{
    private static readonly DecodingOptions Greedy = new() { Temperature = 0 };

    [TorchTheory]
    [MemberData(nameof(SmallModels.Variants), MemberType = typeof(SmallModels))]
    public void Logits_WithCache_EqualThoseWithout(string norm, string positions)
    {
        using var model = Sharp(SmallModels.Settings with { Norm = norm, Positions = positions });
        using var withoutGraph = no_grad();
        using var scope = NewDisposeScope();
        var tokens = SmallModels.Tokens(12);
        var full = SmallModels.Logits(model, tokens);
        var caches = model.NewCaches();
        var incremental = new List<float>();
        var position = 0;
        foreach (var places in new[] { 5, 1, 1, 3, 1, 1 })
        {
            var part = model.TokenTensor(tokens[position..(position + places)], 1, places);
            incremental.AddRange(SmallModels.Floats(model.Logits(part, caches)));
            position += places;
        }

        Assert.Equal(full.Length, incremental.Count);
        Assert.InRange(full.Zip(incremental, (left, right) => Math.Abs(left - right)).Max(), 0, 1e-5);
        Assert.Throws<ArgumentException>(() => model.Logits(model.TokenTensor(tokens[..1], 1, 1), caches));
        foreach (var cache in caches)
        {
            cache.Dispose();
        }
    }

    [TorchTheory]
    [MemberData(nameof(SmallModels.Variants), MemberType = typeof(SmallModels))]
    public void Generate_Greedy_EqualsFullPassesOverTheLastBlock(string norm, string positions)
    {
        using var model = Sharp(SmallModels.Settings with { Norm = norm, Positions = positions, Dropout = 0.5 });
        var generated = new TextGenerator(model).Generate([1, 2, 3], 30, Greedy);
        Assert.True(model.training);
        Assert.Equal(FullPasses(model, [1, 2, 3], 30), generated);
        Assert.True(generated.Distinct().Count() > 2, "a text that only repeats shows nothing");
    }

    [TorchFact]
    public void Generate_PromptLongerThanTheBlock_UsesItsEnd()
    {
        using var model = Sharp(SmallModels.Settings);
        var prompt = SmallModels.Tokens(30).Select(token => (int)token).ToArray();
        var generator = new TextGenerator(model);
        Assert.Equal(FullPasses(model, prompt, 5), generator.Generate(prompt, 5, Greedy));
        Assert.Equal(generator.Generate(prompt[18..], 1, Greedy), generator.Generate(prompt, 1, Greedy));
    }

    [TorchFact]
    public void Generate_SameSeed_SameTokensWhateverTorchsGeneratorDid()
    {
        using var model = Sharp(SmallModels.Settings);
        var generator = new TextGenerator(model);
        var first = generator.Generate([4], 40, new DecodingOptions { Seed = 9 });
        manual_seed(123);
        Assert.Equal(first, generator.Generate([4], 40, new DecodingOptions { Seed = 9 }));
        Assert.NotEqual(first, generator.Generate([4], 40, new DecodingOptions { Seed = 10 }));
        Assert.Equal(generator.Generate([4], 40, Greedy), generator.Generate([4], 40, new DecodingOptions { TopK = 1 }));
    }

    [TorchFact]
    public void Generate_Callback_HearsEachTokenAtOnceAndCanStop()
    {
        using var model = Sharp(SmallModels.Settings);
        using var stop = new CancellationTokenSource();
        var heard = new List<int>();
        void Hear(int token)
        {
            heard.Add(token);
            if (heard.Count == 3)
            {
                stop.Cancel();
            }
        }

        Assert.Throws<OperationCanceledException>(() => new TextGenerator(model).Generate([1], 10, Greedy, Hear, stop.Token));
        Assert.Equal(new TextGenerator(model).Generate([1], 3, Greedy), heard);
    }

    [TorchFact]
    public void Generate_EmptyPrompt_IsRefused()
    {
        using var model = Sharp(SmallModels.Settings);
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => new TextGenerator(model).Generate([], 1, Greedy)).Message);
    }

    // Fresh weights are so small that every distribution is nearly uniform.
    private static TransformerLanguageModel Sharp(TransformerLanguageModelSettings settings)
    {
        var model = SmallModels.New(settings);
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        foreach (var (_, parameter) in model.OrderedParameters().Where(entry => entry.Parameter.dim() > 1))
        {
            parameter.mul_(20);
        }

        return model;
    }

    private static List<int> FullPasses(TransformerLanguageModel model, IEnumerable<int> prompt, int count)
    {
        model.eval();
        var text = prompt.Select(token => (long)token).ToList();
        for (var i = 0; i < count; i++)
        {
            var last = SmallModels.Logits(model, [.. text.TakeLast(model.Block)])[^SmallModels.Vocabulary..];
            text.Add(Array.IndexOf(last, last.Max()));
        }

        model.train();
        return [.. text.TakeLast(count).Select(token => (int)token)];
    }
}
