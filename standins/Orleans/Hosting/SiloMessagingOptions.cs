namespace Orleans.Configuration;

/// <summary>Bounds of calls, made by grains and by the silo's own client.</summary>
public class SiloMessagingOptions
{
    /// <summary>How long a caller waits; also how long an enumeration that nobody asks for is kept.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
