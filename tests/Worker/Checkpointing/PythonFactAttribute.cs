namespace SeqCluster.Worker.Tests.Checkpointing;

/// <summary>A test that trains, and reads with Python what came of it; skipped, by name, where one of the two is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public const string Interpreter = "/usr/bin/python3";

    public PythonFactAttribute() => Skip = File.Exists(Interpreter) ? new TorchFactAttribute().Skip : $"there is no {Interpreter}";
}
