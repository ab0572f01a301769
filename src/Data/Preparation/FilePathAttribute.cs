namespace SeqCluster.Data.Preparation;

/// <summary>
/// Marks a setting that names files: relative ones start at the job file's folder, or at the working folder when the setting was
/// given on the command line.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FilePathAttribute : Attribute;
