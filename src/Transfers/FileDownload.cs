using System.Net;
using System.Net.Http.Headers;

namespace SeqCluster.Transfers;

/// <summary>
/// Brings files from a silo: by range request from where an interrupted transfer stopped, into a file beside the target that
/// takes its name only when its hash is right. Content of a wrong hash is thrown away and brought again, twice at the most.
/// </summary>
/// <param name="http">Knows the silo and the token.</param>
/// <param name="time">Paces repetition.</param>
/// <param name="say">Told of each repetition in a line.</param>
public sealed class FileDownload(HttpClient http, TimeProvider time, Action<string> say)
{
    private const int BufferBytes = 128 << 10;
    private const int MostTries = 3;

    /// <summary>How long the silo may be away.</summary>
    public TransferPatience Patience { get; init; } = new();

    /// <summary>Brings one file.</summary>
    /// <param name="path">Its path at the silo.</param>
    /// <param name="target">Where it goes; the folder exists, one process at a time writes it.</param>
    /// <param name="content">What it must be.</param>
    /// <param name="arrived">Told the bytes of each piece.</param>
    /// <param name="cancellation">Leaves what has arrived, to go on from there.</param>
    /// <exception cref="TransferException">The silo is away for too long, refuses, or its copy is damaged; or there is no room here.</exception>
    public async Task FetchAsync(string path, string target, FileContent content, Action<long>? arrived, CancellationToken cancellation)
    {
        var partial = target + ".part";
        for (var attempt = 1; ; attempt++)
        {
            await ReceiveAsync(path, partial, content, arrived, cancellation);
            if (content.IsAt(partial, out var fault))
            {
                File.Move(partial, target, overwrite: true);
                return;
            }

            File.Delete(partial);
            arrived?.Invoke(-content.Bytes);
            if (attempt == MostTries)
            {
                throw new TransferException(TransferFault.Damaged, $"{content.Name}: {fault}, {MostTries} times: the silo's copy is damaged; prepare or upload it again");
            }

            say($"{content.Name}: {fault}; thrown away and fetched again");
        }
    }

    /// <summary>Brings a small file whose content is not known before.</summary>
    /// <param name="path">Its path at the silo.</param>
    /// <param name="maximumBytes">More is refused.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<byte[]> ReadAsync(string path, int maximumBytes, CancellationToken cancellation)
    {
        var retrying = new Retrying(path, Patience, time, say);
        return await retrying.RunAsync(
            async silence =>
            {
                using var response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, silence.Token);
                await retrying.RequireAsync(response, silence.Token);
                await using var body = await response.Content.ReadAsStreamAsync(silence.Token);
                using var read = new MemoryStream();
                var buffer = new byte[BufferBytes];
                for (int count; (count = await body.ReadAsync(buffer, silence.Token)) > 0;)
                {
                    read.Write(buffer.AsSpan(0, count));
                    silence.CancelAfter(Patience.Silence);
                    retrying.Progress();
                    if (read.Length > maximumBytes)
                    {
                        throw new TransferException(TransferFault.Refused, $"{path}: above {maximumBytes} bytes");
                    }
                }

                return read.ToArray();
            },
            cancellation);
    }

    private async Task ReceiveAsync(string path, string partial, FileContent content, Action<long>? arrived, CancellationToken cancellation)
    {
        using var file = Open(partial);
        if (file.Length > content.Bytes)
        {
            file.SetLength(0);
        }

        arrived?.Invoke(file.Length);
        var retrying = new Retrying(content.Name, Patience, time, say);
        while (file.Length < content.Bytes)
        {
            await retrying.RunAsync(silence => AppendAsync(path, file, content, piece => Count(piece, retrying, arrived), retrying, silence), cancellation);
        }

        Flush(file, content);
    }

    private static void Count(long piece, Retrying retrying, Action<long>? arrived)
    {
        retrying.Progress();
        arrived?.Invoke(piece);
    }

    private async Task<bool> AppendAsync(
        string path, FileStream file, FileContent content, Action<long> arrived, Retrying retrying, CancellationTokenSource silence)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var from = file.Length;
        request.Headers.Range = new RangeHeaderValue(from, null);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
        await retrying.RequireAsync(response, silence.Token);
        if (response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From != from : from > 0)
        {
            // Something between here and the silo knows no ranges.
            arrived(-from);
            file.SetLength(0);
            from = 0;
        }

        file.Position = from;
        await using var body = await response.Content.ReadAsStreamAsync(silence.Token);
        var buffer = new byte[BufferBytes];
        for (int count; (count = await body.ReadAsync(buffer, silence.Token)) > 0;)
        {
            silence.CancelAfter(Patience.Silence);
            if (file.Position + count > content.Bytes)
            {
                throw new TransferException(TransferFault.Damaged, $"{content.Name}: more than its {content.Bytes} bytes came: the silo's copy is damaged; prepare or upload it again");
            }

            Append(file, buffer.AsSpan(0, count), content);
            arrived(count);
        }

        return file.Length == content.Bytes ? true : throw new HttpRequestException($"cut off at {file.Length} of {content.Bytes} bytes");
    }

    private static FileStream Open(string partial)
    {
        try
        {
            return new FileStream(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TransferException(TransferFault.NoRoom, $"{partial}: cannot be written: {fault.Message}", fault);
        }
    }

    private static void Append(FileStream file, ReadOnlySpan<byte> piece, FileContent content)
    {
        try
        {
            file.Write(piece);
        }
        catch (IOException fault)
        {
            throw new TransferException(TransferFault.NoRoom, $"{content.Name}: {file.Name} cannot be written: {fault.Message}", fault);
        }
    }

    private static void Flush(FileStream file, FileContent content)
    {
        try
        {
            file.Flush(flushToDisk: true);
        }
        catch (IOException fault)
        {
            throw new TransferException(TransferFault.NoRoom, $"{content.Name}: {file.Name} cannot be written: {fault.Message}", fault);
        }
    }
}
