using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using SeqCluster.TorchExtras;

namespace SeqCluster.Worker.Commands;

/// <summary>Tells the numerical environment as this process would train in it.</summary>
internal sealed class EnvironmentCommand : Command
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public EnvironmentCommand()
        : base("environment", "Print LibTorch, BLAS, threads and CPU capability as one line of JSON.\n\nExample:\n  SeqCluster.Worker environment") =>
        SetAction(_ => Print());

    private static int Print()
    {
        if (Engine.Start("cpu") is { } problem)
        {
            Console.Error.WriteLine(problem);
            return 2;
        }

        Console.WriteLine(JsonSerializer.Serialize(NumericalEnvironment.Read(), Json));
        return 0;
    }
}
