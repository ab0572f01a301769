using SeqCluster.Data.Manifests;

namespace SeqCluster.Audit.Content;

/// <summary>
/// The examples of a split by number: a word with the number of their parts, two words with the length of each part, the low one first,
/// then the parts.
/// </summary>
internal sealed class ExampleFiles : IDisposable
{
    private readonly ShardFiles files;
    private readonly List<(long Start, int Length)[]> examples = [];

    /// <exception cref="InvalidDataException">A shard is missing or damaged, or does not hold such examples.</exception>
    public ExampleFiles(string folder, IReadOnlyList<ShardEntry> shards)
    {
        files = new ShardFiles(folder, shards);
        for (var position = 0L; position < files.Words;)
        {
            var parts = files.Read(position, 1)[0];
            var header = files.Read(position + 1, 2 * parts);
            var places = new (long Start, int Length)[parts];
            position += 1 + header.Length;
            for (var part = 0; part < parts; part++)
            {
                places[part] = (position, header[2 * part] | (header[(2 * part) + 1] << 16));
                position += places[part].Length;
            }

            examples.Add(places);
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => examples.Count;

    /// <summary>Words in a part of an example.</summary>
    public int LengthOf(long example, int part) => examples[(int)example][part].Length;

    /// <summary>A part of an example.</summary>
    public ushort[] Part(long example, int part) => files.Read(examples[(int)example][part].Start, examples[(int)example][part].Length);

    /// <inheritdoc/>
    public void Dispose() => files.Dispose();
}
