using System.Reflection.Metadata;

namespace SeqCluster.Tidy.Tests.Surface;

/// <summary>
/// Spells the names of types in an assembly's tables the way a surface list does: namespace and outer types joined by dots,
/// no generic arity. Nothing is loaded.
/// </summary>
internal static class MetadataNames
{
    /// <summary>A type that the assembly defines.</summary>
    public static string Of(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = WithoutArity(reader.GetString(type.Name));
        var outer = type.GetDeclaringType();
        return outer.IsNil ? Join(reader.GetString(type.Namespace), name) : $"{Of(reader, outer)}.{name}";
    }

    /// <summary>A type of another assembly, and that assembly's name (empty when it is this one).</summary>
    public static (string Assembly, string Type) Of(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var name = WithoutArity(reader.GetString(type.Name));
        switch (type.ResolutionScope.Kind)
        {
            case HandleKind.TypeReference:
                var (assembly, outer) = Of(reader, (TypeReferenceHandle)type.ResolutionScope);
                return (assembly, $"{outer}.{name}");
            case HandleKind.AssemblyReference:
                var reference = reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope);
                return (reader.GetString(reference.Name), Join(reader.GetString(type.Namespace), name));
            default:
                return (string.Empty, Join(reader.GetString(type.Namespace), name));
        }
    }

    /// <summary>
    /// The type behind any handle that can stand for one; a generic instantiation is its definition, and what has no name
    /// (an array, a type parameter) is null.
    /// </summary>
    public static (string Assembly, string Type)? Of(MetadataReader reader, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                return (string.Empty, Of(reader, (TypeDefinitionHandle)handle));
            case HandleKind.TypeReference:
                return Of(reader, (TypeReferenceHandle)handle);
            case HandleKind.TypeSpecification:
                return GenericDefinition(reader, reader.GetTypeSpecification((TypeSpecificationHandle)handle));
            default:
                return null;
        }
    }

    /// <summary>The property or event behind an accessor's name, else the name itself.</summary>
    public static string MemberOf(string method)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["get_", "set_", "add_", "remove_"])
        {
            if (method.StartsWith(prefix, StringComparison.Ordinal))
            {
                return method[prefix.Length..];
            }
        }

        return method;
    }

    private static (string Assembly, string Type)? GenericDefinition(MetadataReader reader, TypeSpecification specification)
    {
        var signature = reader.GetBlobReader(specification.Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        // Class or value type: of no account here (ECMA-335, II.23.2.14).
        signature.ReadByte();
        return Of(reader, signature.ReadTypeHandle());
    }

    private static string Join(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";

    private static string WithoutArity(string name) => name.IndexOf('`', StringComparison.Ordinal) is >= 0 and var tick ? name[..tick] : name;
}
