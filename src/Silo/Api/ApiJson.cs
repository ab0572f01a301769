using System.Text.Json;
using System.Text.Json.Serialization;

namespace SeqCluster.Silo.Api;

/// <summary>The JSON of the API: camelCase, enums as camelCase texts, NaN and the infinities as texts of that name.</summary>
public static class ApiJson
{
    /// <summary>For streams, which are written outside ASP.NET's own serializer.</summary>
    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Sets the rules.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        return options;
    }
}
