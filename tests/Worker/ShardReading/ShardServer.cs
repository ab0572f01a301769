using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SeqCluster.Contracts.Access;

namespace SeqCluster.Worker.Tests.ShardReading;

/// <summary>Answers GETs for datasets of a folder as a silo does, by range, and remembers them; may break answers off.</summary>
internal sealed class ShardServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly string folder;
    private int breaks;

    public ShardServer(string folder)
    {
        this.folder = folder;
        listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Hash and Range header of each request.</summary>
    public ConcurrentQueue<(string Sha256, string Range)> Requests { get; } = new();

    public SiloAccess Access => SiloAccess.To(new Uri($"http://{listener.LocalEndpoint}"), "sqw_token");

    /// <summary>Answers after this are held back until it completes.</summary>
    public Task Open { get; set; } = Task.CompletedTask;

    /// <summary>What a worker has told of its copies: the path, and the body as JSON.</summary>
    public TaskCompletionSource<(string Path, string Body)> Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The next so many answers of a shard stop after half of it.</summary>
    public void BreakOff(int answers) => breaks = answers;

    public void Dispose() => listener.Dispose();

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                _ = AnswerAsync(await listener.AcceptTcpClientAsync());
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(TcpClient connection)
    {
        using (connection)
        {
            var reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
            var request = (await reader.ReadLineAsync())!.Split(' ');
            var path = request[1];
            var (range, isChunked) = ("", false);
            while (await reader.ReadLineAsync() is { Length: > 0 } header)
            {
                range = header.StartsWith("Range: ", StringComparison.OrdinalIgnoreCase) ? header[7..] : range;
                isChunked |= header.StartsWith("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);
            }

            if (request[0] == "POST")
            {
                Assert.True(isChunked, "a report is sent in chunks");
                await reader.ReadLineAsync();
                Told.TrySetResult((path, (await reader.ReadLineAsync())!));
                await connection.GetStream().WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray());
                return;
            }

            var (dataset, sha256) = (path.Split('/')[^2], path.Split('/')[^1]);
            Requests.Enqueue((sha256, range));
            await Open;
            var file = dataset == sha256 ? Path.Combine(folder, dataset, "manifest.json") : Path.Combine(folder, dataset, "shards", sha256 + ".tokens");
            var bytes = await File.ReadAllBytesAsync(file);
            var from = range.Length > 0 ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
            var head = from > 0 ? $"206 Partial Content\r\nContent-Range: bytes {from}-{bytes.Length - 1}/{bytes.Length}" : "200 OK";
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nContent-Length: {bytes.Length - from}\r\nConnection: close\r\n\r\n"));
            var isBroken = dataset != sha256 && Interlocked.Decrement(ref breaks) >= 0;
            await connection.GetStream().WriteAsync(bytes.AsMemory(from, (bytes.Length - from) / (isBroken ? 2 : 1)));
        }
    }
}
