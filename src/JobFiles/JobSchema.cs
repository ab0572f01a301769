using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Preparation;

namespace SeqCluster.JobFiles;

/// <summary>Writes the job file's JSON Schema (draft 2020-12), for editors and for people, from the same rules that check it.</summary>
public static class JobSchema
{
    /// <summary>The schema, with one variant of <c>model</c> for each registered model.</summary>
    public static JsonObject Write(IReadOnlyList<ModelSettings> models)
    {
        var schema = Section(typeof(JobSpec), new JobSpec { Model = null!, Data = null!, Train = null! });
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "SeqCluster job file");
        schema["properties"]!["model"] = new JsonObject
        {
            ["description"] = "The model: its kind, and the settings of that kind.",
            ["oneOf"] = new JsonArray([.. models.Select(model => Variant(model.Kind, model.Type, isDefault: false))]),
        };
        schema["properties"]!["data"] = new JsonObject
        {
            ["description"] = "The data: where the samples come from, and the settings of that source.",
            ["oneOf"] = new JsonArray([.. DataCatalog.Settings.Select(source => Variant(source.Kind, source.Settings, source.Kind == DataCatalog.DefaultKind))]),
        };
        return schema;
    }

    private static JsonObject Variant(string kind, Type type, bool isDefault)
    {
        var section = Section(type, Activator.CreateInstance(type));
        ((JsonObject)section["properties"]!).Insert(0, "kind", new JsonObject { ["const"] = kind });
        var required = section["required"] as JsonArray ?? [];
        if (!isDefault)
        {
            required.Insert(0, "kind");
        }

        section["required"] = required;
        return section;
    }

    private static JsonObject Section(Type type, object? defaults)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var rule in FieldRule.Of(type))
        {
            properties[rule.Name] = rule.IsSection
                ? Section(rule.Type, Activator.CreateInstance(rule.Type))
                : Value(rule, defaults);
            properties[rule.Name]!["description"] = rule.Description;
            if (rule.IsRequired)
            {
                required.Add(rule.Name);
            }
        }

        var section = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (required.Count > 0)
        {
            section["required"] = required;
        }

        return section;
    }

    private static JsonObject Value(FieldRule rule, object? defaults)
    {
        var value = new JsonObject { ["type"] = JsonType(rule.Type) };
        if (rule.Type == typeof(List<string>))
        {
            value["type"] = new JsonArray("string", "array");
            value["items"] = new JsonObject { ["type"] = "string" };
        }

        if (rule.Choices.Count > 0)
        {
            value["enum"] = new JsonArray([.. rule.Choices.Select(choice => (JsonNode)choice)]);
        }

        if (rule.Pattern is not null)
        {
            value["pattern"] = $"^(?:{rule.Pattern})$";
        }

        if (rule.Range is { } range)
        {
            value[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = Number(range.Minimum);
            value[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = Number(range.Maximum);
        }

        if (!rule.IsRequired && defaults is not null && rule.Property.GetValue(defaults) is { } given and not "")
        {
            value["default"] = JsonSerializer.SerializeToNode(given, rule.Type);
        }

        return value;
    }

    private static JsonNode Number(object bound) => JsonValue.Create(Convert.ToDouble(bound, CultureInfo.InvariantCulture));

    private static string JsonType(Type type) => type switch
    {
        _ when type == typeof(int) || type == typeof(long) => "integer",
        _ when type == typeof(double) => "number",
        _ when type == typeof(bool) => "boolean",
        _ when type == typeof(JsonObject) => "object",
        _ => "string",
    };
}
