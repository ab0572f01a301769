namespace SeqCluster.Models.Checkpoints;

/// <summary>Names and sizes of element types, as the safetensors format has them.</summary>
public static class ElementTypes
{
    private static readonly (ElementType Type, string Code, int Bytes)[] Table =
    [
        (ElementType.Bool, "BOOL", 1), (ElementType.UInt8, "U8", 1), (ElementType.Int8, "I8", 1),
        (ElementType.Int16, "I16", 2), (ElementType.Int32, "I32", 4), (ElementType.Int64, "I64", 8),
        (ElementType.Float16, "F16", 2), (ElementType.BFloat16, "BF16", 2), (ElementType.Float32, "F32", 4), (ElementType.Float64, "F64", 8),
    ];

    /// <summary>The name in files and hashes, for example <c>F32</c>.</summary>
    public static string Code(this ElementType type) => Table[(int)type].Code;

    /// <summary>Bytes of one element.</summary>
    public static int SizeBytes(this ElementType type) => Table[(int)type].Bytes;

    /// <summary>The type of a name; null when it is not known.</summary>
    public static ElementType? FromCode(string code)
    {
        var index = Array.FindIndex(Table, entry => entry.Code == code);
        return index < 0 ? null : Table[index].Type;
    }

    /// <summary>Every name, for messages.</summary>
    internal static string AllCodes => string.Join(", ", Table.Select(entry => entry.Code));
}
