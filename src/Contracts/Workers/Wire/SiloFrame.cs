using MessagePack;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>A frame from the silo to a worker.</summary>
[Union(0, typeof(WelcomeFrame))]
[Union(1, typeof(AssignmentFrame))]
[Union(2, typeof(StepReportsAckFrame))]
[Union(3, typeof(RefusedFrame))]
[Union(4, typeof(ShutdownFrame))]
[Union(5, typeof(HeartbeatAckFrame))]
public abstract record SiloFrame;
