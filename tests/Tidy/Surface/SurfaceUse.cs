using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SeqCluster.Tidy.Tests.Surface;

/// <summary>Which members of a stand-in some assemblies use, read from their tables.</summary>
public static class SurfaceUse
{
    /// <summary>
    /// Types and members of <paramref name="surface"/> that the assemblies refer to, override or implement, as a surface list
    /// spells them; with them the types that these stand on.
    /// </summary>
    public static IReadOnlySet<string> Of(StandinSurface surface, IEnumerable<string> assemblies)
    {
        var used = new HashSet<string>();
        foreach (var path in assemblies)
        {
            using var file = new PEReader(File.OpenRead(path));
            Collect(file.GetMetadataReader(), surface, used);
        }

        var waiting = new Queue<string>(used);
        while (waiting.TryDequeue(out var type))
        {
            foreach (var implied in surface.Implied.GetValueOrDefault(type) ?? new HashSet<string>())
            {
                if (used.Add(implied))
                {
                    waiting.Enqueue(implied);
                }
            }
        }

        return used;
    }

    private static void Collect(MetadataReader reader, StandinSurface surface, HashSet<string> used)
    {
        foreach (var handle in reader.TypeReferences)
        {
            var (assembly, type) = MetadataNames.Of(reader, handle);
            if (assembly == surface.Assembly)
            {
                used.Add(type);
            }
        }

        foreach (var member in reader.MemberReferences.Select(reader.GetMemberReference))
        {
            if (MetadataNames.Of(reader, member.Parent) is var (assembly, type) && assembly == surface.Assembly)
            {
                var name = reader.GetString(member.Name);
                used.Add($"{type}.{name}");
                used.Add($"{type}.{MetadataNames.MemberOf(name)}");
            }
        }

        foreach (var handle in reader.TypeDefinitions)
        {
            CollectOverrides(reader, reader.GetTypeDefinition(handle), surface, used);
        }
    }

    // An override or an implementation refers to nothing: it is found by its name in the types that its own type stands on.
    private static void CollectOverrides(MetadataReader reader, TypeDefinition type, StandinSurface surface, HashSet<string> used)
    {
        var waiting = new Queue<string>(BasesIn(reader, type, surface.Assembly));
        var bases = new HashSet<string>();
        while (waiting.TryDequeue(out var name))
        {
            if (bases.Add(name))
            {
                foreach (var further in surface.Implied.GetValueOrDefault(name) ?? new HashSet<string>())
                {
                    waiting.Enqueue(further);
                }
            }
        }

        if (bases.Count == 0)
        {
            return;
        }

        foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition))
        {
            if (method.Attributes.HasFlag(MethodAttributes.Virtual))
            {
                var full = reader.GetString(method.Name);
                var name = MetadataNames.MemberOf(full[(full.LastIndexOf('.') + 1)..]);
                used.UnionWith(bases.Select(found => $"{found}.{name}"));
            }
        }
    }

    private static IEnumerable<string> BasesIn(MetadataReader reader, TypeDefinition type, string assembly)
    {
        var handles = type.GetInterfaceImplementations().Select(handle => reader.GetInterfaceImplementation(handle).Interface).ToList();
        if (!type.BaseType.IsNil)
        {
            handles.Add(type.BaseType);
        }

        // A base of the consumer's own may stand on the stand-in in its turn.
        foreach (var handle in handles)
        {
            if (handle.Kind == HandleKind.TypeDefinition)
            {
                foreach (var further in BasesIn(reader, reader.GetTypeDefinition((TypeDefinitionHandle)handle), assembly))
                {
                    yield return further;
                }
            }
            else if (MetadataNames.Of(reader, handle) is var (found, name) && found == assembly)
            {
                yield return name;
            }
        }
    }
}
