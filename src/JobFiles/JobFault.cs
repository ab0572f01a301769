namespace SeqCluster.JobFiles;

/// <summary>One fault of a job file.</summary>
/// <param name="Place">Where the value comes from: <c>job.yaml:7</c>, or <c>--set</c>.</param>
/// <param name="Field">Its path, for example <c>train.steps</c>; empty for the file as a whole.</param>
/// <param name="Value">What stands there; null when it is missing.</param>
/// <param name="Message">What is allowed, and the way out.</param>
public sealed record JobFault(string Place, string Field, string? Value, string Message)
{
    /// <summary><c>job.yaml:7 train.steps = 0: must be a whole number from 1 to 1000000000</c>.</summary>
    public override string ToString()
    {
        var subject = Field.Length == 0 ? Place : $"{Place} {Field}";
        return Value is null ? $"{subject}: {Message}" : $"{subject} = {Value}: {Message}";
    }
}
