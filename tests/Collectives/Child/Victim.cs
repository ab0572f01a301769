using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SeqCluster.Collectives.Rendezvous;

namespace SeqCluster.Collectives.Tests.Child;

/// <summary>The parent's handle on a member process; killed at the latest when disposed.</summary>
internal sealed partial class Victim : IDisposable
{
    public const int Steps = 4;
    /// <summary>Two rounds, and small enough that a socket takes all partial sums at once.</summary>
    public static readonly int[] Buckets = [30_000];

    private const int StopSignal = 19;
    private readonly Process process;

    public Victim(TransportKind transport, int rank, int replicas, string job, string point, string? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(Victim).Assembly.Location, "member", $"{transport}", $"{rank}", $"{replicas}", job, point])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (environment is not null)
            start.Environment[environment] = "0";
        process = Process.Start(start)!;
        Port = int.Parse(Hear(), CultureInfo.InvariantCulture);
    }

    public int Port { get; }

    public PeerAddress Address => new("127.0.0.1", Port, HostIdentity.Current());

    public static string Digest(ReadOnlySpan<float> values) => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(values)));

    public void Tell(string line) => process.StandardInput.WriteLine(line);

    public string Hear()
    {
        var line = process.StandardOutput.ReadLineAsync();
        Assert.True(line.Wait(Members.Deadline), "the child said nothing");
        return line.Result ?? throw new InvalidOperationException("the child ended");
    }

    public void TellPeers(IEnumerable<PeerAddress> peers) => Tell(string.Join(' ', peers.Select(peer => $"{peer.Port},{peer.HostId}")));

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>SIGSTOP.</summary>
    public void Stop() => Assert.Equal(0, SendSignal(process.Id, StopSignal));

    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
