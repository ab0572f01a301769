using System.Text;
using SeqCluster.Data.Tokenizing;

namespace SeqCluster.Data.Preparation;

/// <summary>The files as one stream of symbols: code points for <c>char</c>, bytes for <c>byte</c>. Can be read again and again.</summary>
internal sealed class TextSource
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly bool asBytes;
    private readonly IProgress<double>? progress;
    private readonly CancellationToken cancellation;
    private readonly long totalBytes;
    private long bytesRead;

    public TextSource(IReadOnlyList<string> files, string tokenizer, IProgress<double>? progress, CancellationToken cancellation)
    {
        Files = files;
        asBytes = tokenizer == ByteTokenizer.Name;
        this.progress = progress;
        this.cancellation = cancellation;
        totalBytes = files.Sum(file => new FileInfo(file).Length);
        if (totalBytes == 0)
        {
            throw new PreparationFault([$"data.path: {files.Count} file(s), all empty: there is nothing to train on"]);
        }
    }

    public IReadOnlyList<string> Files { get; }

    public TextSurvey Survey()
    {
        var vocabulary = new HashSet<Rune>();
        var symbols = 0L;
        foreach (var symbol in Symbols())
        {
            symbols++;
            if (!asBytes)
            {
                vocabulary.Add(new Rune(symbol));
            }
        }

        return new TextSurvey(symbols, vocabulary);
    }

    public IEnumerable<int> Symbols() => Files.SelectMany(file => asBytes ? Bytes(file) : Characters(file));

    private IEnumerable<int> Bytes(string file)
    {
        using var stream = File.OpenRead(file);
        var buffer = new byte[64 * 1024];
        for (int count; (count = stream.Read(buffer)) > 0; Advance(count))
        {
            for (var i = 0; i < count; i++)
            {
                yield return buffer[i];
            }
        }
    }

    private IEnumerable<int> Characters(string file)
    {
        using var reader = new StreamReader(file, StrictUtf8, detectEncodingFromByteOrderMarks: true);
        var buffer = new char[32 * 1024];
        var carried = 0;
        for (int count; (count = Read(reader, buffer, carried, file)) > 0;)
        {
            var end = carried + count;
            var complete = char.IsHighSurrogate(buffer[end - 1]) ? end - 1 : end;
            for (var i = 0; i < complete;)
            {
                Rune.DecodeFromUtf16(buffer.AsSpan(i, complete - i), out var symbol, out var used);
                yield return symbol.Value;
                i += used;
            }

            carried = end - complete;
            buffer[0] = buffer[end - 1];
            Advance(count);
        }
    }

    private static int Read(StreamReader reader, char[] buffer, int carried, string file)
    {
        try
        {
            return reader.Read(buffer, carried, buffer.Length - carried);
        }
        catch (DecoderFallbackException fault)
        {
            throw new PreparationFault([$"{file}: not UTF-8 text ({fault.Message.TrimEnd('.')}): convert it, leave it out, or use tokenizer: byte"]);
        }
    }

    // Two readings make one preparation.
    private void Advance(long bytes)
    {
        cancellation.ThrowIfCancellationRequested();
        bytesRead += bytes;
        progress?.Report(Math.Min(1, bytesRead / (2.0 * totalBytes)));
    }
}
