using SeqCluster.Data.Manifests;
using SeqCluster.Data.Randomness;

namespace SeqCluster.Data.Preparation.Series;

/// <summary>
/// The adding problem: two channels, uniform numbers from [0, 1) and a marker that is 1 at two places, one in each half; the target is
/// the sum of the two marked numbers. Always answering 1 has a mean squared error of 1/6.
/// </summary>
internal static class AddingPreparation
{
    private const int Features = 2;

    public static DatasetManifest Prepare(AddingSettings settings, PreparationContext context)
    {
        if (context.Block is { } block && settings.Length > block)
        {
            throw new PreparationFault([$"data.length = {settings.Length}: the model has model.block = {block}: raise it, or take shorter sequences"]);
        }

        return new DatasetManifest
        {
            Format = DatasetManifest.CurrentFormat,
            Data = new DataDescription { Kind = DataKinds.Series, InputFeatures = Features, OutputFeatures = 1 },
            Train = Write(settings, context, settings.Examples, part: 0),
            Validation = Write(settings, context, settings.ValidationExamples, part: 1),
            Sources = [],
        };
    }

    private static IReadOnlyList<ShardEntry> Write(AddingSettings settings, PreparationContext context, int count, int part)
    {
        var random = new SplitMix64(SeedDerivation.Derive(settings.Seed, RandomPurpose.Generation, part));
        var writer = context.Writer.NewExamples();
        var inputs = new float[settings.Length * Features];
        for (var example = 0; example < count; example++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            Array.Clear(inputs);
            for (var place = 0; place < settings.Length; place++)
            {
                // 24 bits: every value is a float32.
                inputs[place * Features] = (random.Next() >> 40) * (1f / (1 << 24));
            }

            var half = settings.Length / 2;
            var (first, second) = ((int)random.Next(half), half + (int)random.Next(settings.Length - half));
            inputs[(first * Features) + 1] = inputs[(second * Features) + 1] = 1;
            writer.Write(ExampleWriter.Floats(inputs), ExampleWriter.Floats([inputs[first * Features] + inputs[second * Features]]));
        }

        return writer.Finish();
    }
}
