using SeqCluster.Data.Audio;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Preparation.Recordings;

/// <summary>
/// Writes recordings as examples of three parts (class, levels, band powers) and shares them out over the two splits. One is in
/// memory at a time.
/// </summary>
internal sealed class RecordingWriter
{
    private readonly RecordingSettings settings;
    private readonly Quantization quantization;
    private readonly int count;
    private readonly bool areCut;
    private readonly ExampleWriter train;
    private readonly ExampleWriter validation;

    /// <summary>A writer of a dataset.</summary>
    /// <param name="settings">How.</param>
    /// <param name="context">Where to.</param>
    /// <param name="count">Recordings that will come.</param>
    public RecordingWriter(RecordingSettings settings, PreparationContext context, int count)
    {
        this.settings = settings;
        this.count = count;
        quantization = Quantization.Named(settings.Quantization);

        // Too few to hold one out.
        areCut = settings.ValidationFraction > 0 && (long)(count * settings.ValidationFraction) == 0;
        train = context.Writer.NewExamples();
        validation = context.Writer.NewExamples();
    }

    /// <summary>Writes a recording.</summary>
    /// <param name="index">Its place in the list.</param>
    /// <param name="soundClass">Number of its class; 0 without classes.</param>
    /// <param name="sound">Of one channel and the settings' rate.</param>
    public void Write(int index, int soundClass, Sound sound)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        var held = areCut ? (int)(sound.Frames * settings.ValidationFraction) : IsHeldOut(index) ? sound.Frames : 0;
        WritePart(train, soundClass, sound, ..(sound.Frames - held));
        WritePart(validation, soundClass, sound, (sound.Frames - held)..);
    }

    /// <summary>What has been written.</summary>
    /// <param name="classes">Their names in the order of their numbers; null without classes.</param>
    /// <param name="sources">The files.</param>
    public DatasetManifest Finish(IReadOnlyList<string>? classes, IReadOnlyList<SourceEntry> sources) => new()
    {
        Format = DatasetManifest.CurrentFormat,
        Data = new DataDescription
        {
            Kind = DataKinds.Audio,
            SampleRate = settings.Rate,
            Levels = quantization.Levels,
            Quantization = quantization.Name,
            Classes = classes,
            FeatureChannels = settings.Features > 0 ? settings.Features : null,
            FeatureHop = settings.Features > 0 ? settings.FeatureHop : null,
        },
        Train = train.Finish(),
        Validation = validation.Finish(),
        Sources = sources,
    };

    // Evenly spread, so that every class that a sorted list groups has its share.
    private bool IsHeldOut(int index) => (long)((index + 1) * settings.ValidationFraction) > (long)(index * settings.ValidationFraction);

    private void WritePart(ExampleWriter split, int soundClass, Sound sound, Range range)
    {
        var part = sound with { Samples = sound.Samples[range] };
        if (part.Frames > 0)
        {
            split.Write(
                [(ushort)soundClass],
                ExampleWriter.Tokens([.. part.Samples.Select(quantization.Encode)]),
                settings.Features > 0 ? BandPowers.Of(part, settings.Features, settings.FeatureHop) : []);
        }
    }
}
