namespace SeqCluster.Data.Audio;

/// <summary>A sound file that cannot be used. The message names the file, what is wrong with it, and the way out.</summary>
public sealed class AudioFault(string message) : Exception(message);
