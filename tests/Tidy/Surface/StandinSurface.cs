using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SeqCluster.Tidy.Tests.Surface;

/// <summary>What one stand-in assembly offers, read from its tables.</summary>
/// <param name="Assembly">The assembly's simple name.</param>
/// <param name="Required">Members that a surface list must have: public or protected, of its own, written by hand.</param>
/// <param name="Optional">Members that a list may have: constructors, constants and types of nothing else, overrides and interface implementations.</param>
/// <param name="Implied">Types that are there because another type derives from them, implements them or is bounded by them.</param>
public sealed record StandinSurface(
    string Assembly, IReadOnlySet<string> Required, IReadOnlySet<string> Optional, IReadOnlyDictionary<string, IReadOnlySet<string>> Implied)
{
    /// <summary>Reads an assembly file.</summary>
    public static StandinSurface Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        return new SurfaceReader(file.GetMetadataReader()).Read();
    }

    private sealed class SurfaceReader(MetadataReader reader)
    {
        private readonly HashSet<string> _required = [];
        private readonly HashSet<string> _optional = [];
        private readonly Dictionary<string, IReadOnlySet<string>> _implied = [];

        public StandinSurface Read()
        {
            foreach (var handle in reader.TypeDefinitions.Where(IsVisible))
            {
                ReadType(reader.GetTypeDefinition(handle), MetadataNames.Of(reader, handle));
            }

            _optional.ExceptWith(_required);
            return new StandinSurface(reader.GetString(reader.GetAssemblyDefinition().Name), _required, _optional, _implied);
        }

        private void ReadType(TypeDefinition type, string name)
        {
            Add(name, HasOnlyConstants(type));
            _implied[name] = TypesBehind(type).ToHashSet();
            var baseType = type.BaseType.IsNil ? null : MetadataNames.Of(reader, type.BaseType)?.Type;

            // The numbers of an enum and the named arguments of an attribute are in no table of whoever uses them.
            var membersAreOptional = baseType is "System.Enum" or "System.MulticastDelegate" or "System.Attribute";

            // An accessor stands for its property or event, which carries the attributes that tell generated from written.
            var generated = type.GetProperties()
                .Select(reader.GetPropertyDefinition)
                .Where(property => IsGenerated(property.GetCustomAttributes()) || reader.GetString(property.Name) == "EqualityContract")
                .Select(property => reader.GetString(property.Name))
                .ToHashSet();

            foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition).Where(IsVisible))
            {
                ReadMethod(method, name, generated, membersAreOptional);
            }

            foreach (var field in type.GetFields().Select(reader.GetFieldDefinition))
            {
                if ((field.Attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem)
                {
                    // A constant is copied into whoever uses it: no table shows the use.
                    var isConstant = field.Attributes.HasFlag(FieldAttributes.Literal);
                    Add($"{name}.{reader.GetString(field.Name)}", membersAreOptional || isConstant);
                }
            }
        }

        private void ReadMethod(MethodDefinition method, string type, HashSet<string> generated, bool membersAreOptional)
        {
            var name = reader.GetString(method.Name);
            if (name.Contains('<', StringComparison.Ordinal) || name == ".cctor")
            {
                return;
            }

            var member = MetadataNames.MemberOf(name);
            var isAccessor = member != name && method.Attributes.HasFlag(MethodAttributes.SpecialName);
            var isGenerated = isAccessor ? generated.Contains(member) : IsGenerated(method.GetCustomAttributes());
            var isVirtual = method.Attributes.HasFlag(MethodAttributes.Virtual);
            var isOverride = isVirtual && !method.Attributes.HasFlag(MethodAttributes.NewSlot);
            var isImplementation = isVirtual && method.Attributes.HasFlag(MethodAttributes.Final);
            Add($"{type}.{(isAccessor ? member : name)}", membersAreOptional || isGenerated || isOverride || isImplementation || name == ".ctor");
        }

        // Whoever uses such a type has copied its constants: no table names it any more.
        private bool HasOnlyConstants(TypeDefinition type) =>
            type.Attributes.HasFlag(TypeAttributes.Abstract | TypeAttributes.Sealed)
            && type.GetMethods().Count == 0
            && type.GetNestedTypes().IsEmpty
            && type.GetFields().Count > 0
            && type.GetFields().All(field => reader.GetFieldDefinition(field).Attributes.HasFlag(FieldAttributes.Literal));

        private void Add(string line, bool optional) => (optional ? _optional : _required).Add(line);

        private bool IsVisible(TypeDefinitionHandle handle)
        {
            var type = reader.GetTypeDefinition(handle);
            return !IsGenerated(type.GetCustomAttributes()) && (type.Attributes & TypeAttributes.VisibilityMask) switch
            {
                TypeAttributes.Public => true,
                TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem => IsVisible(type.GetDeclaringType()),
                _ => false,
            };
        }

        private static bool IsVisible(MethodDefinition method) =>
            (method.Attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

        private bool IsGenerated(CustomAttributeHandleCollection attributes) =>
            attributes.Any(handle => AttributeType(reader.GetCustomAttribute(handle).Constructor)
                is "System.Runtime.CompilerServices.CompilerGeneratedAttribute" or "System.CodeDom.Compiler.GeneratedCodeAttribute");

        private string? AttributeType(EntityHandle constructor) => constructor.Kind == HandleKind.MemberReference
            ? MetadataNames.Of(reader, reader.GetMemberReference((MemberReferenceHandle)constructor).Parent)?.Type
            : null;

        private IEnumerable<string> TypesBehind(TypeDefinition type)
        {
            var handles = type.GetInterfaceImplementations().Select(handle => reader.GetInterfaceImplementation(handle).Interface).ToList();
            if (!type.BaseType.IsNil)
            {
                handles.Add(type.BaseType);
            }

            var parameters = type.GetGenericParameters().Concat(type.GetMethods().SelectMany(method => reader.GetMethodDefinition(method).GetGenericParameters()));
            handles.AddRange(parameters
                .SelectMany(parameter => reader.GetGenericParameter(parameter).GetConstraints())
                .Select(constraint => reader.GetGenericParameterConstraint(constraint).Type));
            return handles.Select(handle => MetadataNames.Of(reader, handle)).OfType<(string Assembly, string Type)>().Select(found => found.Type);
        }
    }
}
