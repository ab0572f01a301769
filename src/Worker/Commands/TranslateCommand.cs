using System.CommandLine;
using SeqCluster.Data.Tokenizing;
using SeqCluster.Models;
using SeqCluster.Models.Decoding;
using SeqCluster.Worker.Checkpointing;

namespace SeqCluster.Worker.Commands;

/// <summary>Writes a target for each source line with a checkpoint's model of pairs, and draws what it looked at.</summary>
internal sealed class TranslateCommand : Command
{
    /// <summary>Lines that are decoded together.</summary>
    private const int BatchLines = 32;

    private readonly Option<DirectoryInfo> checkpoint = new("--checkpoint") { Description = "The checkpoint's folder.", Required = true };
    private readonly Option<string[]> text = new("--text") { Description = "A source line; may be repeated. Without one, the lines of standard input.", DefaultValueFactory = _ => [] };
    private readonly Option<int> beam = new("--beam") { Description = "Hypotheses that are followed at a time; 1 is greedy.", DefaultValueFactory = _ => 1 };
    private readonly Option<double> alpha = new("--length-penalty") { Description = "Exponent of ((5 + n) / 6), by which beams' log-probabilities are divided.", DefaultValueFactory = _ => 0.6 };
    private readonly Option<int> longest = new("--maximum-length") { Description = "Tokens of a target at most.", DefaultValueFactory = _ => 100 };
    private readonly Option<string?> attention = new("--attention") { Description = "Draw what the model looked at for the one source line: an .svg file." };

    public TranslateCommand()
        : base("translate", "Write a target for each source line.\n\nExample:\n  SeqCluster.Worker translate --checkpoint runs/x/checkpoints/step-000005000 --text 'ein hund läuft .' --beam 5")
    {
        Array.ForEach<Option>([checkpoint, text, beam, alpha, longest, attention], Options.Add);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        if (Engine.Start("cpu") is { } problem)
        {
            Console.Error.WriteLine(problem);
            return 2;
        }

        try
        {
            Translate(parsed);
            return 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            Console.Error.WriteLine($"translate: {fault.Message}");
            return 2;
        }
    }

    private void Translate(ParseResult parsed)
    {
        var folder = parsed.GetRequiredValue(checkpoint).FullName;
        var manifest = CheckpointManifest.Read(folder);
        using var model = CheckpointModel.Load(folder, manifest) as PairModel
            ?? throw new InvalidDataException($"model.kind = {manifest.Job.Model.Kind}: is no model of pairs; seqcluster generate uses it");
        var (sources, targets) = (Symbols(manifest.Data.SourceTokenizer!), Symbols(manifest.Data.Tokenizer!));
        var options = new SequenceOptions
        {
            BeamWidth = parsed.GetRequiredValue(beam),
            LengthPenaltyAlpha = parsed.GetRequiredValue(alpha),
            MaximumLength = Math.Min(parsed.GetRequiredValue(longest), model.Block - 1),
        };
        var given = parsed.GetRequiredValue(text);
        var picture = parsed.GetValue(attention);
        if (picture is not null && (given.Length != 1 || !picture.EndsWith(".svg", StringComparison.OrdinalIgnoreCase)))
        {
            throw new ArgumentException($"--attention {picture}: draws one line of --text into an .svg file");
        }

        var first = 0L;
        foreach (var lines in (given.Length > 0 ? given : InputLines()).Chunk(BatchLines))
        {
            var rows = lines.Select(sources.Encode).ToList();
            var written = model.Predict(SourceRows.Of([.. rows]), options, first);
            first += lines.Length;
            foreach (var target in written)
            {
                Console.WriteLine(targets.Decode([.. target.Tokens]));
            }

            if (picture is not null)
            {
                AttentionFile.Write(picture, model, sources, rows[0], targets, written[0].Tokens);
            }
        }
    }

    private static SymbolTokenizer Symbols(Data.Manifests.TokenizerEntry entry) =>
        TokenizerCatalog.Create(entry) as SymbolTokenizer ?? throw new InvalidDataException($"tokenizer {entry.Kind}: is none of pairs");

    private static IEnumerable<string> InputLines()
    {
        while (Console.In.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
