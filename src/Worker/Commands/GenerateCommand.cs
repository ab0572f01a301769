using System.CommandLine;
using SeqCluster.Data.Tokenizing;
using SeqCluster.Models;
using SeqCluster.Models.Decoding;
using SeqCluster.Worker.Checkpointing;

namespace SeqCluster.Worker.Commands;

/// <summary>Continues a prompt with a checkpoint's language model; the text appears as it is generated.</summary>
internal sealed class GenerateCommand : Command
{
    private readonly Option<DirectoryInfo> checkpoint = new("--checkpoint") { Description = "The checkpoint's folder.", Required = true };
    private readonly Option<string> prompt = new("--prompt") { Description = "Text to continue.", DefaultValueFactory = _ => "\n" };
    private readonly Option<int> tokens = new("--tokens") { Description = "Tokens to generate.", DefaultValueFactory = _ => 400 };
    private readonly Option<double> temperature = new("--temperature") { Description = "0: the most probable token each time.", DefaultValueFactory = _ => 0.8 };
    private readonly Option<int> topK = new("--top-k") { Description = "Draw among so many most probable tokens; 0: all.", DefaultValueFactory = _ => 0 };
    private readonly Option<double> topP = new("--top-p") { Description = "Draw among the fewest most probable tokens that together have this probability; 1: all.", DefaultValueFactory = _ => 1 };
    private readonly Option<long> seed = new("--seed") { Description = "The same seed gives the same text.", DefaultValueFactory = _ => 1 };
    private readonly Option<string[]> allowAssembly = AllowedAssembliesOption.Create();

    public GenerateCommand()
        : base("generate", "Continue a prompt with a checkpoint's model.\n\nExample:\n  SeqCluster.Worker generate --checkpoint runs/x/checkpoints/step-000000600 --prompt 'public '")
    {
        tokens.Validators.Add(value => Require(value, value.GetValueOrDefault<int>() is > 0 and <= 1_000_000, "must be from 1 to 1000000"));
        temperature.Validators.Add(value => Require(value, value.GetValueOrDefault<double>() is >= 0 and <= 100, "must be from 0 to 100"));
        topK.Validators.Add(value => Require(value, value.GetValueOrDefault<int>() >= 0, "must be 0 or more"));
        topP.Validators.Add(value => Require(value, value.GetValueOrDefault<double>() is > 0 and <= 1, "must be above 0 and at most 1"));
        Array.ForEach<Option>([checkpoint, prompt, tokens, temperature, topK, topP, seed, allowAssembly], Options.Add);
        SetAction(Generate);
    }

    private static void Require(System.CommandLine.Parsing.OptionResult value, bool holds, string fault)
    {
        if (!holds)
        {
            value.AddError($"{value.Option.Name} {string.Join(' ', value.Tokens)}: {fault}");
        }
    }

    // A token may be half a character: text is written up to the last whole one.
    private static void Write(TextGenerator generator, ITokenizer tokenizer, int[] prompt, int count, DecodingOptions options)
    {
        var pending = new List<int>();
        generator.Generate(prompt, count, options, token =>
        {
            pending.Add(token);
            var text = tokenizer.Decode(pending.ToArray());
            if (!text.EndsWith('\uFFFD') || pending.Count > 4)
            {
                Console.Write(text);
                pending.Clear();
            }
        });
        Console.WriteLine(tokenizer.Decode(pending.ToArray()));
    }

    private int Generate(ParseResult line)
    {
        if (Engine.Start("cpu") is { } problem)
        {
            Console.Error.WriteLine(problem);
            return 2;
        }

        try
        {
            var folder = line.GetRequiredValue(checkpoint).FullName;
            var manifest = CheckpointManifest.Read(folder);
            using var model = CheckpointModel.Load(folder, manifest, line.Allowed(allowAssembly));
            var generator = new TextGenerator(model as LanguageModel
                ?? throw new InvalidDataException($"model.kind = {manifest.Job.Model.Kind}: generates no text; for sound give --out FILE.wav"));
            var tokenizer = TokenizerCatalog.Create(manifest.Data.Tokenizer!);
            var start = line.GetRequiredValue(prompt);
            Console.Write(start);
            Write(generator, tokenizer, tokenizer.Encode(start), line.GetRequiredValue(tokens), DecodingOptionsOf(line));
            return 0;
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnknownSymbolException or ArgumentException)
        {
            Console.Error.WriteLine($"generate: {fault.Message}");
            return 2;
        }
    }

    private DecodingOptions DecodingOptionsOf(ParseResult line) => new()
    {
        Temperature = line.GetRequiredValue(temperature),
        TopK = line.GetRequiredValue(topK),
        TopP = line.GetRequiredValue(topP),
        Seed = line.GetRequiredValue(seed),
    };
}
