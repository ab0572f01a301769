using System.Net;
using System.Net.Sockets;
using System.Text;
using SeqCluster.Collectives.Rendezvous;
using SeqCluster.Contracts.Access;
using SeqCluster.Worker.Control;
using SeqCluster.Worker.Pinning;
using TorchSharp;

namespace SeqCluster.Worker.Tests.Control;

public sealed class SiloRefusalTests
{
    [Theory]
    [InlineData("401 Unauthorized")]
    [InlineData("403 Forbidden")]
    public async Task Token_ThatTheSiloRefuses_EndsTheWorkerWithTheSilosReason(string status)
    {
        using var silo = new TcpListener(IPAddress.Loopback, 0);
        silo.Start();
        var answering = Answer(silo, status);
        using var listener = new GroupListener(IPAddress.Loopback);
        var said = new List<string>();
        var control = new WorkerControl(
            SiloAccess.To(new Uri($"http://{silo.LocalEndpoint}"), "sqw_secret"),
            new WorkerIdentity("w0", "i0", "h", "cpu", "127.0.0.1:1", new Fingerprints("f", "")),
            Succession.First("i0", listener.Descriptor, new Fingerprints("f", "")),
            new EngineSlot(listener, new torch.Device("cpu"), new WorkerFiles("unused", 1, silo: null, "w0", TimeProvider.System)),
            endsWithSilo: false,
            new SiloContact(new BootClock()),
            TimeProvider.System,
            said.Add);

        Assert.Equal(1, await control.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("Authorization: Bearer sqw_secret", await answering, StringComparison.Ordinal);
        Assert.Equal(["the silo refuses this worker: the token abc was revoked"], said);
    }

    [Theory]
    [InlineData("10.0.0.7", "0.0.0.0", "10.0.0.7:9")]
    [InlineData("10.0.0.7:7100", "0.0.0.0", "10.0.0.7:9")]
    [InlineData("127.0.0.2", "127.0.0.2", "127.0.0.2:9")]
    [InlineData("gpu-1.rack", "0.0.0.0", "gpu-1.rack:9")]
    [InlineData("[2001:db8::7]:7100", "::", "[2001:db8::7]:9")]
    [InlineData("", "127.0.0.1", "127.0.0.1:9")]
    public void Advertise_SaysWhereToListenAndWhatPeersDial(string advertise, string listen, string dialled)
    {
        var place = DataPlanePlace.Of(advertise, new Uri("http://127.0.0.1:7070"));
        Assert.Equal((IPAddress.Parse(listen), dialled), (place.Listen, place.AddressWith(9)));
    }

    [Theory]
    [InlineData("10.0.0.7:x")]
    [InlineData("a b")]
    [InlineData(":7100")]
    public void Advertise_ThatIsNoAddress_IsRefused(string advertise) =>
        Assert.Contains($"--advertise {advertise}", Assert.Throws<ArgumentException>(() => DataPlanePlace.Of(advertise, new Uri("http://127.0.0.1:7070"))).Message);

    private static async Task<string> Answer(TcpListener silo, string status)
    {
        using var connection = await silo.AcceptTcpClientAsync();
        var request = new byte[4_096];
        var count = await connection.GetStream().ReadAsync(request);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nWWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"the token abc was revoked\"\r\nContent-Length: 0\r\n\r\n"));
        return Encoding.ASCII.GetString(request, 0, count);
    }
}
