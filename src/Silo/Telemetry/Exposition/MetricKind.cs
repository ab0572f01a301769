namespace SeqCluster.Silo.Telemetry.Exposition;

/// <summary>What a family of series is, in the words of the exposition format.</summary>
internal enum MetricKind
{
    /// <summary>Only grows while the process lives.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>How many values were at most so great.</summary>
    Histogram,
}
