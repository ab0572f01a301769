using System.Globalization;

namespace Orleans;

/// <summary>How long callers of this method wait, in place of <c>SiloMessagingOptions.ResponseTimeout</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
{
    /// <summary>The wait, written as <see cref="TimeSpan.Parse(string)"/> reads it.</summary>
    internal TimeSpan Timeout { get; } = TimeSpan.Parse(timeout, CultureInfo.InvariantCulture);
}
