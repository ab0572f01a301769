using SeqCluster.Contracts.Workers;
using SeqCluster.Worker.Control;

namespace SeqCluster.Worker.Tests.Control;

public sealed class SiloContactTests
{
    [Fact]
    public void Silence_LongerThanTheJobAllows_IsTooLongUntilTheSiloAnswers()
    {
        var clock = new SettableClock();
        var contact = new SiloContact(clock);
        clock.Seconds = 100;
        Assert.False(contact.IsTooLongAgo(Held(offlineMs: 100_000)));
        clock.Seconds = 101;
        Assert.True(contact.IsTooLongAgo(Held(offlineMs: 100_000)));
        Assert.False(contact.IsTooLongAgo(Held(offlineMs: 0)));
        contact.Heard();
        Assert.False(contact.IsTooLongAgo(Held(offlineMs: 100_000)));
        Assert.Equal(TimeSpan.Zero, contact.Silence);
    }

    /// <summary>Seed 17785 of the simulation: who was invited parked, was prepared no more, and the job waited for it for ever.</summary>
    [Fact]
    public void Silence_OfOneThatIsInvited_IsNeverTooLong()
    {
        var clock = new SettableClock();
        var contact = new SiloContact(clock);
        clock.Seconds = 1000;
        Assert.False(contact.IsTooLongAgo(Held(offlineMs: 1000) with { Joins = true }));
    }

    [Fact]
    public void BootClock_GoesOnlyForward()
    {
        var clock = new BootClock();
        var before = clock.GetTimestamp();
        Assert.InRange(clock.GetElapsedTime(before), TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Assert.True(before > 0);
    }

    private static Assignment Held(int offlineMs) => new()
    {
        Version = 1, JobId = "job-a", Attempt = 1, Generation = 1, StartStep = 0, Rank = 0, Members = [], Replicas = 1, Secret = [], SpecJson = "{}",
        CheckpointFolder = "", OfflineMs = offlineMs,
    };

    private sealed class SettableClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
