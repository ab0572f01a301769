using SeqCluster.Data.Audio;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Data.Preparation.Recordings;

/// <summary>One recording of a chord.</summary>
internal static class ChordPreparation
{
    public static DatasetManifest Prepare(ChordSettings settings, PreparationContext context)
    {
        var writer = new RecordingWriter(settings, context, count: 1);
        writer.Write(0, 0, ToneChord.Of(settings.Frequencies(), settings.Rate, (int)(settings.Seconds * settings.Rate)));
        return writer.Finish(classes: null, sources: []);
    }
}
