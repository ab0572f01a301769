namespace SeqCluster.Data.Preparation;

/// <summary>What is to become a dataset.</summary>
/// <param name="Kind">A kind of <see cref="DataCatalog"/>: <c>data.kind</c> of the job file.</param>
/// <param name="SettingsJson">Its settings as a JSON object; what is not given has its default.</param>
/// <param name="BaseFolder">Relative paths start here.</param>
/// <param name="Block">The model's longest sample, in places; null when nobody has said for which model the data is.</param>
public sealed record PreparationRequest(string Kind, string SettingsJson, string BaseFolder, int? Block = null)
{
    /// <summary>The setting of models that says how long their samples may be.</summary>
    private const string BlockSetting = "block";

    /// <summary>The data of a job, for its model.</summary>
    /// <param name="kind"><c>data.kind</c>.</param>
    /// <param name="settingsJson">The settings of that kind.</param>
    /// <param name="baseFolder">Relative paths start here.</param>
    /// <param name="modelSettingsJson">The model's settings: their <c>block</c> counts.</param>
    public static PreparationRequest For(string kind, string settingsJson, string baseFolder, string modelSettingsJson)
    {
        using var model = System.Text.Json.JsonDocument.Parse(modelSettingsJson);
        int? block = model.RootElement.TryGetProperty(BlockSetting, out var value) && value.TryGetInt32(out var places) ? places : null;
        return new PreparationRequest(kind, settingsJson, baseFolder, block);
    }
}
