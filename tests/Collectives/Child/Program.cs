using System.Globalization;
using System.Net;
using SeqCluster.Collectives.Rendezvous;

namespace SeqCluster.Collectives.Tests.Child;

/// <summary>
/// A member in a process of its own, for tests that kill it. Says its port, reads everyone's, joins, goes to the point it was
/// told, says so, and waits there to be killed (or for its input to end).
/// </summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        if (arguments is not ["member", var transport, var rank, var replicas, var job, var point])
        {
            Console.Error.WriteLine("member TRANSPORT RANK REPLICAS JOB POINT");
            return 2;
        }
        using var listener = new GroupListener(IPAddress.Loopback);
        Console.WriteLine(listener.Port);
        var peers = Console.ReadLine()!.Split(' ').Select(peer => peer.Split(','))
            .Select(peer => new PeerAddress("127.0.0.1", int.Parse(peer[0], CultureInfo.InvariantCulture), peer[1])).ToArray();
        var options = Members.Options(int.Parse(rank, CultureInfo.InvariantCulture), int.Parse(replicas, CultureInfo.InvariantCulture),
            peers, Enum.Parse<TransportKind>(transport), Victim.Buckets) with { Job = job };
        using var group = CollectiveGroup.Join(options, listener);
        Console.WriteLine("joined");
        Console.ReadLine();
        Reach(group, point);
        Console.WriteLine("there");
        Console.ReadLine();
        return 0;
    }

    private static void Reach(CollectiveGroup group, string point)
    {
        var bucket = group.Buckets[0];
        switch (point)
        {
            case "steps":
                for (var step = 1; step <= Victim.Steps; step++)
                {
                    AllReduce.AllReduceTests.AddReplicas(group, bucket, step);
                    group.AllReduce(bucket);
                    Console.WriteLine(Victim.Digest(bucket.Sum));
                }
                break;
            case "gather":
                AllReduce.AllReduceTests.AddReplicas(group, bucket, 1);
                group.Begin(bucket);
                break;
            case "reduce" or "broadcast" or "barrier":
                break;
            default:
                throw new ArgumentException($"no point {point}");
        }
    }
}
