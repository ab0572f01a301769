using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace SeqCluster.Transfers;

/// <summary>
/// Sends files to a silo in pieces, each with its <c>Content-Range</c>. The silo says in <c>Upload-Offset</c> how much it has,
/// so an interrupted transfer goes on from there, whoever began it; after the last piece it has checked the hash.
/// </summary>
/// <param name="http">Knows the silo and the token.</param>
/// <param name="time">Paces repetition.</param>
/// <param name="say">Told of each repetition in a line.</param>
public sealed class FileUpload(HttpClient http, TimeProvider time, Action<string> say)
{
    /// <summary>The header of an answer that says how many bytes of the file the silo has.</summary>
    public const string OffsetHeader = "Upload-Offset";

    /// <summary>The longest piece: a silo takes no longer body.</summary>
    public const int PieceBytes = 1 << 20;

    private const int MostDamagedTries = 3;

    /// <summary>How long the silo may be away.</summary>
    public TransferPatience Patience { get; init; } = new();

    /// <summary>Sends one file; returns when the silo has it whole and its hash is right.</summary>
    /// <param name="path">Its path at the silo.</param>
    /// <param name="source">The file here; it does not change meanwhile.</param>
    /// <param name="content">What the silo is to check.</param>
    /// <param name="sent">Told the bytes of each piece.</param>
    /// <param name="cancellation">Leaves at the silo what has arrived there.</param>
    /// <exception cref="TransferException">The silo is away for too long or refuses.</exception>
    public async Task SendAsync(string path, string source, FileContent content, Action<long>? sent, CancellationToken cancellation)
    {
        using var file = File.OpenHandle(source, options: FileOptions.Asynchronous);
        var retrying = new Retrying(content.Name, Patience, time, say);
        var buffer = new byte[PieceBytes];
        var damaged = 0;
        var answer = new Answer(0, IsWhole: false, IsDamaged: false);
        while (!answer.IsWhole)
        {
            var from = answer.Offset;
            var count = await RandomAccess.ReadAsync(file, buffer, from, cancellation);
            answer = await retrying.RunAsync(silence => PutAsync(path, buffer.AsMemory(0, count), from, content, retrying, silence), cancellation);
            if (answer.IsDamaged && ++damaged == MostDamagedTries)
            {
                throw new TransferException(TransferFault.Damaged, $"{content.Name}: arrived with a wrong hash {damaged} times: {source} was changed, or the way to the silo damages it");
            }

            if (answer.Offset == from && !answer.IsWhole && !answer.IsDamaged)
            {
                throw new TransferException(TransferFault.Refused, $"{content.Name}: the silo stays at byte {from} of {content.Bytes}: is it another program, or another version?");
            }

            retrying.Progress();
            sent?.Invoke(answer.Offset - from);
        }
    }

    /// <summary>Asks the silo to make permanent what it has; harmless a second time.</summary>
    /// <param name="path">What is asked.</param>
    /// <param name="files">All that belongs to it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TransferException">The silo is away for too long or refuses.</exception>
    public async Task ConfirmAsync(string path, IReadOnlyList<FileContent> files, CancellationToken cancellation)
    {
        var retrying = new Retrying(path, Patience, time, say);
        var body = JsonSerializer.SerializeToUtf8Bytes(files, JsonSerializerOptions.Web);
        await retrying.RunAsync(
            async silence =>
            {
                using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                using var response = await http.PostAsync(path, content, silence.Token);
                await retrying.RequireAsync(response, silence.Token);
                return true;
            },
            cancellation);
    }

    private async Task<Answer> PutAsync(
        string path, ReadOnlyMemory<byte> piece, long from, FileContent content, Retrying retrying, CancellationTokenSource silence)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new ReadOnlyMemoryContent(piece) };
        request.Content.Headers.ContentRange = piece.Length > 0 ? new ContentRangeHeaderValue(from, from + piece.Length - 1, content.Bytes) : new ContentRangeHeaderValue(content.Bytes);
        using var response = await http.SendAsync(request, silence.Token);
        var offset = response.Headers.TryGetValues(OffsetHeader, out var values)
            && long.TryParse(values.Single(), NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told : -1;

        // The silo had other bytes than was thought, or the whole had a wrong hash: it says where to go on.
        if (offset >= 0 && offset <= content.Bytes && response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.UnprocessableContent)
        {
            return new Answer(offset, IsWhole: false, IsDamaged: response.StatusCode == HttpStatusCode.UnprocessableContent);
        }

        await retrying.RequireAsync(response, silence.Token);
        return offset >= 0 && offset <= content.Bytes
            ? new Answer(offset, IsWhole: offset == content.Bytes, IsDamaged: false)
            : throw new TransferException(TransferFault.Refused, $"{content.Name}: the answer has no {OffsetHeader}: is it another program, or another version?");
    }

    private sealed record Answer(long Offset, bool IsWhole, bool IsDamaged);
}
