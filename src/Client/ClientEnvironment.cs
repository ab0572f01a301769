namespace SeqCluster.Client;

/// <summary>All that a verb touches outside itself: streams, variables, the clock, Ctrl-C.</summary>
public sealed record ClientEnvironment
{
    /// <summary>Where the verb's result goes, and nothing else.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where complaints, progress and notes go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Whether a person watches <see cref="Output"/>.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person watches <see cref="Error"/>.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>The folder of this program.</summary>
    public string ProgramFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>Relative paths start here.</summary>
    public string WorkingFolder { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Ctrl-C and its relatives.</summary>
    public InterruptSource Interrupts { get; init; } = new();

    /// <summary>Whether a view may move the cursor and use colors: a terminal whose owner did not say otherwise.</summary>
    internal bool MayDraw =>
        OutputIsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") is not (null or "" or "dumb");

    /// <summary>The environment of this process.</summary>
    public static ClientEnvironment OfThisProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        Variable = Environment.GetEnvironmentVariable,
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
    };
}
