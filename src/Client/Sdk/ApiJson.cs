using System.Text.Json;
using System.Text.Json.Serialization;

namespace SeqCluster.Client.Sdk;

/// <summary>The JSON of the API: camelCase names, enums as camelCase texts.</summary>
public static class ApiJson
{
    /// <summary>Reads what a silo sends and writes what it expects.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
