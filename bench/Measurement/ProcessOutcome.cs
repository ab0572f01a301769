namespace SeqCluster.Bench.Measurement;

/// <summary>What a finished process said.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="FirstLine">The first line of its output, empty if there was none.</param>
/// <param name="Rest">The output after that line.</param>
/// <param name="Error">Its error stream.</param>
/// <param name="FirstLineAfter">From before the process was started until its first line was read.</param>
public sealed record ProcessOutcome(int ExitCode, string FirstLine, string Rest, string Error, TimeSpan FirstLineAfter);
