using System.Text.Json;
using System.Text.Json.Serialization;

namespace SeqCluster.Silo.Storage;

/// <summary>How grain states are written: camelCase, enums by name, so that a person can read the file with any SQLite tool.</summary>
internal static class StoreJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
