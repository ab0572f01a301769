using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using SeqCluster.Data.Manifests;

namespace SeqCluster.Models.Own;

/// <summary>
/// Makes models from assemblies that a worker allows. Each assembly has a load context of its own, so that two jobs may bring
/// different versions; what SeqCluster and TorchSharp define is shared with this process.
/// </summary>
internal static class OwnModel
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Assembly> Loaded = [];

    /// <exception cref="ArgumentException">It is not allowed, no assembly, has no such class, or the class does not fit; says what would.</exception>
    public static TrainableModel Create(OwnModelSettings settings, DataDescription data, AllowedAssemblies allowed)
    {
        var content = allowed.Find(settings, out var folder);
        var name = $"model.type = {settings.Type}";
        var type = Load(settings, content, folder).GetType(settings.Type)
            ?? throw new ArgumentException($"{name}: there is no such class in {settings.Assembly}; give it with its namespace");
        if (!type.IsSubclassOf(typeof(TrainableModel)) || type.IsAbstract || !type.IsVisible)
        {
            throw new ArgumentException($"{name}: must be a public class, not abstract, that derives from {typeof(TrainableModel<>).Namespace}.TrainableModel<…>");
        }

        var constructor = type.GetConstructors().FirstOrDefault(candidate => candidate.GetParameters() is [_, { ParameterType: var second }] && second == typeof(DataDescription))
            ?? throw new ArgumentException($"{name}: has no public constructor (settings, DataDescription)");
        try
        {
            var own = settings.Settings.Deserialize(constructor.GetParameters()[0].ParameterType, JsonSerializerOptions.Web);
            return (TrainableModel)constructor.Invoke([own, data]);
        }
        catch (JsonException fault)
        {
            throw new ArgumentException($"model.settings do not fit {settings.Type}: {fault.Message}", fault);
        }
        catch (TargetInvocationException fault)
        {
            throw new ArgumentException($"{name}: its constructor failed: {fault.InnerException?.Message}", fault.InnerException);
        }
    }

    private static Assembly Load(OwnModelSettings settings, byte[] content, string? folder)
    {
        lock (Gate)
        {
            if (Loaded.TryGetValue(settings.Sha256, out var known))
            {
                return known;
            }

            try
            {
                return Loaded[settings.Sha256] = new OwnContext(settings.Assembly, folder).LoadFromStream(new MemoryStream(content));
            }
            catch (BadImageFormatException fault)
            {
                throw new ArgumentException($"model.assembly = {settings.Assembly}: not a .NET assembly of this runtime: {fault.Message}", fault);
            }
        }
    }

    private sealed class OwnContext(string name, string? folder) : AssemblyLoadContext(name)
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            // null: the process' own, so that a TrainableModel there is a TrainableModel here.
            if (Default.Assemblies.Any(loaded => loaded.GetName().Name == assemblyName.Name))
            {
                return null;
            }

            var beside = folder is null ? null : Path.Combine(folder, assemblyName.Name + ".dll");
            return File.Exists(beside) ? LoadFromAssemblyPath(beside) : null;
        }
    }
}
