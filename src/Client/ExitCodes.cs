namespace SeqCluster.Client;

/// <summary>What the process's exit code says to a script.</summary>
public static class ExitCodes
{
    /// <summary>Done; a watched job is completed.</summary>
    public const int Done = 0;

    /// <summary>The job failed or was cancelled, or a program that the verb needs failed.</summary>
    public const int JobFailed = 1;

    /// <summary>The command line, the job file or the data is wrong, or names something that is not there.</summary>
    public const int WrongInput = 2;

    /// <summary>No silo answers.</summary>
    public const int SiloUnreachable = 3;

    /// <summary>Ctrl-C.</summary>
    public const int Interrupted = 130;
}
