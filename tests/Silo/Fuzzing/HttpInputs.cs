using System.Globalization;
using System.Text;

namespace SeqCluster.Silo.Tests.Fuzzing;

/// <summary>Requests that are almost right, and some that are nothing; each a function of seed and index alone.</summary>
internal sealed class HttpInputs(int seed, string token)
{
    private static readonly string[] Methods = ["GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "GE T", "\u00ff", "get"];
    private const string Hash = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const string Dataset = $"/v1/datasets/{Hash}";

    private static readonly string[] Paths =
    [
        "/v1/jobs", "/v1/jobs/tiny-aaaaaa", "/v1/jobs/tiny-aaaaaa/events?follow=true&after=0", "/v1/jobs/tiny-aaaaaa/logs?after=0&limit=10",
        "/v1/jobs/tiny-aaaaaa:cancel", "/v1/jobs/tiny-aaaaaa/metrics?name=train/loss", "/v1/workers", "/v1/tokens", "/v1/tokens/abcdefgh",
        "/v1/worker-gateway", "/v1/worker/x", "/v1/datasets", Dataset, $"{Dataset}/{Hash}", "/v1/jobs/tiny-aaaaaa/checkpoints/3/weights.safetensors", "/healthz", "/readyz", "/openapi.json", "/", "*",
    ];

    private static readonly string[] Pieces =
        ["../", "%2e%2e%2f", "%00", "\0", "//", "?", "#", "&after=-1", "&limit=99999999999999999999", "%", "%zz", "\u00e9", ":", ";", " ", new('a', 9_000), "\r\nX: y", "Last-Event-ID"];

    private static readonly string[] Bodies =
    [
        """{"name":"t.yaml","file":"model: { kind: tiny }\ndata: { path: text.txt }\ntrain: { steps: 3 }","dataFolder":"/nowhere","overrides":["train.steps=2"]}""",
        """{"kind":"worker","name":"x"}""", "[[[[[[[[", "null", "{}", "\"\\ud800\"", "1e999999",
    ];

    public byte[] Make(int index)
    {
        var random = FuzzRandom.Of(seed, index, stream: 0);
        if (random.Next(20) == 0)
        {
            var noise = new byte[random.Next(1, 2_000)];
            random.NextBytes(noise);
            return noise;
        }

        var method = random.Next(8) == 0 ? Pick(random, Methods) : Methods[random.Next(4)];
        var path = Pick(random, Paths);
        for (var pieces = random.Next(3); pieces > 0; pieces--)
        {
            path = path.Insert(random.Next(path.Length + 1), Pick(random, Pieces));
        }

        var body = method == "GET" ? [] : Mutated(random, Encoding.UTF8.GetBytes(Pick(random, Bodies)), random.Next(6));
        var length = random.Next(20) == 0 ? random.Next(-5, 5_000_000) : body.Length;
        var headers = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n"));
        headers.Append(random.Next(8) == 0 ? "Authorization: Bearer " + Pick(random, Pieces) + "\r\n" : $"Authorization: Bearer {token}\r\n");
        for (var more = random.Next(3); more > 0; more--)
        {
            headers.Append(Pick(random, ["Last-Event-ID", "Transfer-Encoding", "Content-Type", "Upgrade", "Connection", "Origin", "Expect", "X", "Content-Range", "Range"])).Append(": ")
                .Append(Pick(random, ["chunked", "websocket", "Upgrade", "-1", "99999999999999999999", "application/json", "100-continue", "bytes 0-9/10", "bytes */99999999999999999999", "bytes 5-1/3", Pick(random, Pieces)])).Append("\r\n");
        }

        byte[] request = [.. Encoding.Latin1.GetBytes(headers.Append("\r\n").ToString()), .. body];
        return random.Next(4) == 0 ? Mutated(random, request, random.Next(1, 10)) : request;
    }

    /// <summary>Flips, cuts and doubles.</summary>
    internal static byte[] Mutated(Random random, byte[] bytes, int changes)
    {
        var list = bytes.ToList();
        for (; changes > 0 && list.Count > 0; changes--)
        {
            var at = random.Next(list.Count);
            switch (random.Next(4))
            {
                case 0:
                    list[at] = (byte)random.Next(256);
                    break;
                case 1:
                    list.RemoveRange(at, Math.Min(random.Next(1, 8), list.Count - at));
                    break;
                case 2:
                    list.InsertRange(at, list.GetRange(at, Math.Min(random.Next(1, 16), list.Count - at)));
                    break;
                default:
                    list[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. list];
    }

    private static string Pick(Random random, string[] choices) => choices[random.Next(choices.Length)];
}
