using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SeqCluster.JobFiles;

/// <summary>
/// One field of a job file, read off a property: its name, type, description, allowed values, and whether it must be given.
/// A property without a <see cref="DescriptionAttribute"/> is no field.
/// </summary>
internal sealed class FieldRule(PropertyInfo property, string description)
{
    public PropertyInfo Property { get; } = property;

    public string Name { get; } = JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    public string Description { get; } = description;

    public Type Type { get; } = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    public bool IsRequired { get; } = property.IsDefined(typeof(RequiredMemberAttribute));

    public RangeAttribute? Range { get; } = property.GetCustomAttribute<RangeAttribute>();

    public IReadOnlyList<string> Choices { get; } =
        [.. property.GetCustomAttribute<AllowedValuesAttribute>()?.Values.Select(value => (string)value!) ?? []];

    public string? Pattern { get; } = property.GetCustomAttribute<RegularExpressionAttribute>()?.Pattern;

    /// <summary>A mapping with fields of its own, rather than a value.</summary>
    public bool IsSection => Type.IsClass && !IsFree && Type != typeof(string) && Type != typeof(List<string>);

    /// <summary>A mapping whose fields are somebody else's business.</summary>
    public bool IsFree => Type == typeof(JsonObject);

    public static IReadOnlyList<FieldRule> Of(Type type) =>
        [.. type.GetProperties()
            .Select(property => (property, property.GetCustomAttribute<DescriptionAttribute>()?.Description))
            .Where(field => field.Description is not null)
            .Select(field => new FieldRule(field.property, field.Description!))];

    /// <summary>The value that a text stands for, or what would be allowed instead.</summary>
    public (object? Value, string? Fault) Parse(string text)
    {
        if (Type == typeof(string))
        {
            return Choices.Count > 0 && !Choices.Contains(text) || (Pattern is not null && !Regex.IsMatch(text, $"^(?:{Pattern})$"))
                ? (null, Allowed)
                : (text, null);
        }

        var value = ParseNumber(text);
        return value is null || (Range is not null && !IsInRange(value)) ? (null, Allowed) : (value, null);
    }

    /// <summary>What the field accepts, for people: "must be …".</summary>
    public string Allowed => this switch
    {
        { Choices.Count: > 0 } => $"must be {JoinOr(Choices)}",
        { Pattern: not null } => $"must match {Pattern}",
        { Range: not null } => $"must be {Noun} {RangeInWords()}",
        _ => $"must be {Noun}",
    };

    private string Noun => Type switch
    {
        _ when Type == typeof(int) || Type == typeof(long) => "a whole number",
        _ when Type == typeof(double) => "a number",
        _ when Type == typeof(bool) => "true or false",
        _ when Type == typeof(List<string>) => "a text or a list of texts",
        _ when IsSection || IsFree => "a mapping of fields",
        _ => "a text",
    };

    internal static string JoinOr(IReadOnlyList<string> choices) => choices.Count == 1
        ? choices[0]
        : $"{string.Join(", ", choices.Take(choices.Count - 1))} or {choices[^1]}";

    private object? ParseNumber(string text)
    {
        var culture = CultureInfo.InvariantCulture;
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        return Type switch
        {
            _ when Type == typeof(int) => int.TryParse(digits, NumberStyles.AllowLeadingSign, culture, out var whole) ? whole : null,
            _ when Type == typeof(long) => long.TryParse(digits, NumberStyles.AllowLeadingSign, culture, out var longer) ? longer : null,
            _ when Type == typeof(double) => double.TryParse(digits, NumberStyles.Float, culture, out var real) && double.IsFinite(real) ? real : null,
            _ when Type == typeof(bool) => text switch { "true" => true, "false" => false, _ => null },
            _ => throw new NotSupportedException($"{Property.DeclaringType}.{Property.Name}: fields of type {Type} are not read from job files"),
        };
    }

    private bool IsInRange(object value)
    {
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        var (low, high) = (Bound(Range!.Minimum), Bound(Range.Maximum));
        return (number > low || (number == low && !Range.MinimumIsExclusive))
            && (number < high || (number == high && !Range.MaximumIsExclusive));
    }

    private string RangeInWords()
    {
        var low = $"{(Range!.MinimumIsExclusive ? "above" : "from")} {Range.Minimum}";
        return Bound(Range.Maximum) >= long.MaxValue
            ? $"{low} up"
            : string.Create(CultureInfo.InvariantCulture, $"{low} to {(Range.MaximumIsExclusive ? "below " : "")}{Range.Maximum}");
    }

    private static double Bound(object bound) => Convert.ToDouble(bound, CultureInfo.InvariantCulture);
}
