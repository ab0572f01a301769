using SeqCluster.Simulation.Tests.Kernel;

namespace SeqCluster.Simulation.Tests.Network;

/// <summary>One end of a connection: whose it is, on which host, and what happens to what arrives.</summary>
/// <param name="Life">What arrives, arrives in it.</param>
/// <param name="Host">Links are cut between hosts.</param>
/// <param name="Received">A message.</param>
/// <param name="Ended">Nothing more will come.</param>
internal sealed record ConnectionEnd(Life Life, string Host, Action<object> Received, Action Ended);

/// <summary>
/// Two streams, one in each direction: in order, none lost but by the end of the connection, each as slow as it likes. A cut link
/// holds back what is sent until it is mended; that the other end is gone is seen late.
/// </summary>
internal sealed class Connection
{
    private const double LateEndProbability = 0.15;
    private const double LateEndMs = 8000;

    private readonly Simulator simulator;
    private readonly SimulatedNetwork network;
    private readonly ConnectionEnd[] ends;
    private readonly Stream[] streams = [new(), new()];
    private readonly double slowness;

    public Connection(Simulator simulator, SimulatedNetwork network, ConnectionEnd first, ConnectionEnd second)
    {
        (this.simulator, this.network, ends) = (simulator, network, [first, second]);
        slowness = simulator.Chance(0.1) ? 20 : 1;
    }

    public IReadOnlyList<ConnectionEnd> Ends => ends;

    /// <summary>Whether neither end will see anything more.</summary>
    public bool IsOver => Enumerable.Range(0, 2).All(from => streams[from].HasEnded || ends[1 - from].Life.IsDead);

    /// <summary>Sends from an end to the other.</summary>
    public void Send(int from, object message) => Put(from, message, simulator.Between(0.05, 1.5) * slowness);

    /// <summary>An end goes: the other sees it after what was sent before.</summary>
    public void Close(int from)
    {
        Put(from, null, simulator.Between(0.05, 1.5));
        streams[1 - from].IsDeaf = true;
    }

    /// <summary>An end goes without a word, and a part of what it sent with it.</summary>
    public void Die(int from)
    {
        if (simulator.Chance(0.5))
        {
            streams[from].Lose();
        }

        Put(from, null, Lateness());
        streams[1 - from].IsDeaf = true;
    }

    /// <summary>The connection breaks: each end sees it, in its time; what is under way is lost.</summary>
    public void Break()
    {
        for (int from = 0; from < 2; from++)
        {
            streams[from].Lose();
            Put(from, null, Lateness());
        }
    }

    /// <summary>What was held back from one host to another goes on.</summary>
    public void Mend(string fromHost, string toHost)
    {
        for (int from = 0; from < 2; from++)
        {
            if (ends[from].Host != fromHost || ends[1 - from].Host != toHost)
            {
                continue;
            }

            object?[] held = [.. streams[from].Held];
            streams[from].Held.Clear();
            bool wasClosed = streams[from].IsClosed;
            streams[from].IsClosed = false;
            foreach (object? message in held)
            {
                Put(from, message, simulator.Between(0.05, 1.5));
            }

            streams[from].IsClosed = wasClosed;
        }
    }

    private TimeSpan Lateness() => simulator.Chance(LateEndProbability) ? simulator.Between(10, LateEndMs) : simulator.Between(0.1, 5);

    private void Put(int from, object? message, TimeSpan latency)
    {
        Stream stream = streams[from];
        if (stream.IsClosed)
        {
            return;
        }

        stream.IsClosed = message is null;
        if (stream.Held.Count > 0 || network.IsCut(ends[from].Host, ends[1 - from].Host))
        {
            stream.Held.Enqueue(message);
            return;
        }

        stream.Due = TimeSpan.FromTicks(Math.Max(stream.Due.Ticks, (simulator.Now + latency).Ticks));
        int life = stream.Life;
        simulator.After(stream.Due - simulator.Now, ends[1 - from].Life, () => Arrive(from, life, message));
    }

    private void Arrive(int from, int life, object? message)
    {
        Stream stream = streams[from];
        if (life != stream.Life)
        {
            return;
        }

        ConnectionEnd to = ends[1 - from];
        if (message is null)
        {
            stream.HasEnded = true;
            to.Ended();
        }
        else if (!stream.IsDeaf)
        {
            to.Received(message);
        }
    }

    /// <summary>One direction.</summary>
    private sealed class Stream
    {
        public Queue<object?> Held { get; } = new();

        public TimeSpan Due { get; set; }

        public bool IsClosed { get; set; }

        public bool HasEnded { get; set; }

        /// <summary>Its reader has closed its end.</summary>
        public bool IsDeaf { get; set; }

        /// <summary>Grows when what is under way is lost.</summary>
        public int Life { get; private set; }

        public void Lose()
        {
            Held.Clear();
            IsClosed = HasEnded;
            Life++;
        }
    }
}
