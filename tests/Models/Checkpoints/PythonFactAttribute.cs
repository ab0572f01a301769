namespace SeqCluster.Models.Tests.Checkpoints;

/// <summary>A test that is skipped, by name, where there is no Python.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public const string Interpreter = "/usr/bin/python3";

    public PythonFactAttribute() => Skip = File.Exists(Interpreter) ? null : $"there is no {Interpreter}";
}
