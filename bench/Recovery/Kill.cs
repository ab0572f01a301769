namespace SeqCluster.Bench.Recovery;

/// <summary>What the loss of one process cost the others.</summary>
/// <param name="Workers">Members before it.</param>
/// <param name="Where">In which phase it died.</param>
/// <param name="RecoverySeconds">From the signal until every member of the new generation had completed an update.</param>
/// <param name="StepSeconds">The new generation's median step.</param>
/// <param name="Joining">What taking in its successor cost.</param>
internal sealed record Kill(int Workers, string Where, double RecoverySeconds, double StepSeconds, Joining Joining);

/// <summary>What the members that were there waited for one that joined.</summary>
/// <param name="PauseSeconds">Between their last update without it and their first with it, less a median step: the slowest of them.</param>
/// <param name="TransferSeconds">Of that, from the first piece of the state to the comparison of its hash.</param>
internal sealed record Joining(double PauseSeconds, double TransferSeconds);
