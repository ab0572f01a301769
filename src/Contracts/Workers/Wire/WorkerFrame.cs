using MessagePack;

namespace SeqCluster.Contracts.Workers.Wire;

/// <summary>A frame from a worker to the silo.</summary>
[Union(0, typeof(HelloFrame))]
[Union(1, typeof(HeartbeatFrame))]
[Union(2, typeof(MemberReportFrame))]
[Union(3, typeof(StepReportsFrame))]
[Union(4, typeof(LogFrame))]
[Union(5, typeof(GoodbyeFrame))]
public abstract record WorkerFrame;
